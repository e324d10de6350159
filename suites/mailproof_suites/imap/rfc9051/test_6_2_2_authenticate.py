"""AUTHENTICATE and LOGIN, RFC 9051 sections 6.2.2 and 6.2.3 (RFC 3501 the same; PLAIN: RFC 4616, codes: RFC 5530)."""

import base64

import pytest

from mailproof_suites.case import Account, ConnectImap, World, expect, needs, requirement
from mailproof_suites.clients.imap import sasl_plain


@requirement("RFC9051:6.2.2-1", "RFC9051:6.2.2-12", "RFC3501:6.2.2-3", "RFC4959:3-2", "NET-02")
@pytest.mark.parametrize("initial", [False, pytest.param(True, marks=needs("imap:SASL-IR|IMAP4rev2"))])
def test_plain_signs_in_with_the_full_address(connect_imap: ConnectImap, account: Account, initial: bool) -> None:
    """AUTHENTICATE PLAIN works with the response after the continuation, and as initial response (RFC 4959)."""
    client = connect_imap(login=False)
    client.authenticate_plain(account.address, account.password, initial=initial)
    expect.ok(client.command("STATUS", "INBOX", "(MESSAGES)"))


@requirement("RFC9051:6.2.2-2", "RFC9051:6.2.2-12", "RFC4959:3-2")
def test_plain_asks_with_an_empty_challenge(connect_imap: ConnectImap, account: Account) -> None:
    """PLAIN has no challenge, so the continuation carries nothing."""
    client = connect_imap(login=False)
    tag = client.start("AUTHENTICATE", "PLAIN")
    asked = client.await_continuation(tag)
    expect.equal(asked and asked.raw, b"+ \r\n", "the continuation request")
    client.transcript.secret(account.password)
    client.send_line(base64.b64encode(sasl_plain(account.address, account.password)))
    expect.ok(client.finish(tag))


@requirement("RFC9051:6.2.2-3", "RFC3501:6.2.2-2")
def test_a_star_cancels(connect_imap: ConnectImap, account: Account) -> None:
    """A line with a single star ends the exchange with BAD, and one can begin anew."""
    client = connect_imap(login=False)
    tag = client.start("AUTHENTICATE", "PLAIN")
    client.await_continuation(tag)
    client.send_line(b"*")
    expect.bad(client.finish(tag))
    client.authenticate_plain(account.address, account.password, initial=False)


@requirement("RFC9051:6.2.2-4")
@pytest.mark.parametrize("line", [b"!!!!", b"AGE", b"=AAA", b"AGFsaWNlAHg=trailing", b"AGF saWNl"])
def test_what_is_not_base64_is_bad(connect_imap: ConnectImap, line: bytes) -> None:
    """A client response that no base64 decoder can read is answered by BAD."""
    client = connect_imap(login=False)
    tag = client.start("AUTHENTICATE", "PLAIN")
    client.await_continuation(tag)
    client.send_line(line, on_purpose=True)
    answer = client.finish(tag)
    # RFC 9051 wants BAD; RFC 3501 section 6.2.2 says so of "*" only.
    expect.bad(answer) if "IMAP4REV2" in client.capabilities else expect.refused(answer)
    expect.ok(client.command("NOOP"))


@requirement("RFC9051:6.2.2-10", "RFC4959:3-1")
@needs("imap:SASL-IR|IMAP4rev2")
@pytest.mark.parametrize("initial", ["!!!!", "AGE", "=AAA", "AGFsaWNlAHg=trailing", "*"])
def test_an_initial_response_that_is_not_base64_is_bad(connect_imap: ConnectImap, initial: str) -> None:
    """What no base64 decoder can read is answered by BAD, without a continuation request."""
    client = connect_imap(login=False)
    tag = client.start("AUTHENTICATE", "PLAIN", initial, on_purpose=True)
    expect.equal(client.await_continuation(tag), None, "a continuation request")
    answer = client.finish(tag)
    # RFC 4959 section 3: as after a continuation request, for which only RFC 9051 names BAD.
    expect.bad(answer) if "IMAP4REV2" in client.capabilities else expect.refused(answer)


@requirement("RFC9051:6.2.2-5", "RFC3501:6.2.2-1")
def test_an_unknown_mechanism_is_refused_at_once(connect_imap: ConnectImap) -> None:
    """A mechanism that the server lacks is answered by NO, without a continuation request."""
    client = connect_imap(login=False)
    tag = client.start("AUTHENTICATE", "X-NO-SUCH-MECHANISM")
    expect.equal(client.await_continuation(tag), None, "a continuation request")
    expect.no(client.finish(tag))


@requirement("RFC9051:6.2.2-6", "RFC9051:7.1-1", "RFC9051:11.7-1", "RFC3501:11.2-1")
@pytest.mark.parametrize("verb", ["LOGIN", "AUTHENTICATE"])
@pytest.mark.parametrize("wrong", ["password", "user", "empty-password"])
def test_wrong_credentials_are_refused_alike(
    connect_imap: ConnectImap, account: Account, verb: str, wrong: str
) -> None:
    """NO, with AUTHENTICATIONFAILED or no code, be it user or password; the connection can be used on."""
    client = connect_imap(login=False)
    user = f"nobody-{account.address}" if wrong == "user" else account.address
    password = {"user": "whatever", "empty-password": ""}.get(wrong, account.password + "x")
    if verb == "LOGIN":
        answer = client.command("LOGIN", f'"{user}"', f'"{password}"')
    else:
        answer = client.authenticate("PLAIN", sasl_plain(user, password))
    if wrong == "empty-password":
        # RFC 4616 wants at least one octet of password, so that the message is not grammatical either.
        expect.refused(answer, requirement="RFC9051:6.2.2-6")
    else:
        expect.no(answer, requirement="RFC9051:6.2.2-6")
        # Section 7.1: the code "is the same as not sending any response code", but for what a client may conclude.
        code = answer.code.name if answer.code else ""
        allowed = {"AUTHENTICATIONFAILED": "", "": "the refusal has no response code"}
        expect.graded(code, allowed, "the code of the refusal", requirement="RFC9051:7.1-1")
    client.authenticate_plain(account.address, account.password, initial=False)


@requirement("RFC9051:6.2.2-7")
@pytest.mark.parametrize(
    "message",
    [b"", b"\0\0", b"no-nul-at-all", b"\0only-one", b"a\0b\0c\0d", b"\0\0password", b"\0user\0"],
    ids=["empty", "two-nuls", "no-nul", "one-nul", "three-nuls", "no-user", "no-password"],
)
def test_a_plain_message_of_another_form_signs_nobody_in(connect_imap: ConnectImap, message: bytes) -> None:
    """Base64 that holds no authorisation, user and password is refused, and the connection lives on."""
    client = connect_imap(login=False)
    expect.refused(client.authenticate("PLAIN", message))
    expect.refused(client.command("STATUS", "INBOX", "(MESSAGES)"))


@requirement("RFC9051:6.2.2-8")
@needs("role:other")
def test_a_password_does_not_open_another_account(connect_imap: ConnectImap, account: Account, world: World) -> None:
    """PLAIN with somebody else as authorisation identity is refused."""
    client = connect_imap(login=False)
    other = world.lease("other")
    client.transcript.secret(account.password)
    expect.no(client.authenticate("PLAIN", sasl_plain(account.address, account.password, other.address)))


@requirement("RFC9051:6.2.1-1", "RFC9051:6.2.1-2", "RFC9051:6.2.1-4", "NET-02")
def test_starttls_is_neither_offered_nor_done_inside_tls(connect_imap: ConnectImap) -> None:
    """Where TLS is there from the first octet, STARTTLS is not a capability, and is refused."""
    client = connect_imap(login=False)
    expect.lacks(client.refresh_capabilities(), "STARTTLS", "capabilities")
    answer = client.command("STARTTLS")
    expect.refused(answer, requirement="RFC9051:6.2.1-1")
    # RFC 9051 wants BAD; in RFC 3501 section 6.2.1 nothing is said of ports that speak TLS from the first octet.
    if "IMAP4REV2" in client.capabilities:
        expect.bad(answer, requirement="RFC9051:6.2.1-2")
    expect.ok(client.command("NOOP"))


@requirement("RFC9051:6.2.2-9", "RFC9051:6.1.1-3", "RFC9051:6.2.2-11", "RFC3501:6.1.1-2", "RFC3501:6.2.2-7", "NET-02")
def test_plain_is_offered_before_signing_in(connect_imap: ConnectImap) -> None:
    """AUTH=PLAIN is among the capabilities before signing in."""
    expect.contains(connect_imap(login=False).refresh_capabilities(), "AUTH=PLAIN", "capabilities")
