"""The AUTH command, RFC 4954 section 4, with PLAIN (RFC 4616) and LOGIN."""

import base64

import pytest

from mailproof_suites.case import ConnectSmtp, SmtpClient, expect, needs, requirement
from mailproof_suites.smtp.dialogue import refused

Login = tuple[str, str]


@pytest.fixture
def client(connect_smtp: ConnectSmtp) -> SmtpClient:
    """A connection after EHLO, not signed in."""
    made = connect_smtp(login=False)
    made.ehlo()
    return made


@requirement("RFC4954:3-1", "RFC6409:7-1")
def test_auth_is_offered(client: SmtpClient) -> None:
    """EHLO lists AUTH with its mechanisms."""
    expect.contains(client.extensions, "AUTH", "keywords of EHLO")
    expect.that(client.extensions["AUTH"].split(), "mechanisms", expected="at least one", actual="none")


@requirement("RFC4954:4-1", "NET-03")
@needs("smtp:AUTH=PLAIN")
@pytest.mark.parametrize("initial", [True, False], ids=["initial_response", "after_the_challenge"])
def test_plain_signs_in(client: SmtpClient, account_login: Login, initial: bool) -> None:
    """AUTH PLAIN gets 235 with the credentials in the command, and with the credentials after an empty challenge."""
    expect.reply(client.auth_plain(*account_login, initial=initial), 235)
    expect.reply(client.mail(account_login[0]), 250)


@requirement("RFC4954:4-2")
@needs("smtp:AUTH=PLAIN")
def test_the_challenge_of_plain_is_empty(client: SmtpClient) -> None:
    """PLAIN has no server challenge: 334 with nothing behind it."""
    answer = client.command("AUTH PLAIN")
    expect.reply(answer, 334)
    expect.equal(answer.lines, (b"",), "text of the challenge")
    expect.reply(client.send_answer(b"*"), 501)


@requirement("NET-11")
@needs("smtp:AUTH=LOGIN")
def test_login_asks_for_user_name_and_password(client: SmtpClient, account_login: Login) -> None:
    """AUTH LOGIN prompts with the two words that clients look for, and signs in."""
    user, password = account_login
    client.transcript.secret(password)
    prompt = client.command("AUTH LOGIN")
    expect.reply(prompt, 334)
    expect.equal(base64.b64decode(prompt.lines[0]).lower(), b"username:", "first prompt")
    prompt = client.send_answer(base64.b64encode(user.encode()))
    expect.reply(prompt, 334)
    expect.equal(base64.b64decode(prompt.lines[0]).lower(), b"password:", "second prompt")
    expect.reply(client.send_answer(base64.b64encode(password.encode())), 235)


@requirement("RFC4954:4-3", "RFC4954:8-1")
@pytest.mark.parametrize("mechanism", ["plain", "Plain", "login"])
def test_names_of_mechanisms_have_no_letter_case(client: SmtpClient, mechanism: str) -> None:
    """A mechanism that is offered is known in small letters."""
    if mechanism.upper() not in client.extensions.get("AUTH", "").upper().split():
        pytest.skip(f"AUTH {mechanism.upper()} is not advertised")
    expect.reply(client.command(f"AUTH {mechanism}"), 334)
    expect.reply(client.send_answer(b"*"), 501)


@requirement("RFC4954:4-4")
@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
def test_a_cancelled_exchange_gets_501(client: SmtpClient, account_login: Login, mechanism: str) -> None:
    """`*` instead of an answer: 501, and another attempt may follow."""
    if mechanism not in client.extensions.get("AUTH", "").upper().split():
        pytest.skip(f"AUTH {mechanism} is not advertised")
    client.command(f"AUTH {mechanism}").require(334)
    expect.reply(client.send_answer(b"*"), 501)
    expect.reply(client.auth_plain(*account_login), 235)


@requirement("RFC4954:4-5")
@needs("smtp:AUTH=PLAIN")
@pytest.mark.parametrize(
    "answer", [b"not*base64", b"AGFiYwB4eA", b"====", b"AGFi Ywo="], ids=["star", "pad", "equals", "blank"]
)
def test_an_answer_that_is_no_base64_gets_501(client: SmtpClient, answer: bytes) -> None:
    """What cannot be decoded is refused with 501 before anybody looks at a password."""
    client.command("AUTH PLAIN").require(334)
    reply = client.send_answer(answer, on_purpose=True)
    expect.reply(reply, 501)
    if reply.enhanced is not None:
        expect.reply(reply, 501, enhanced="5.5.")


@requirement("RFC4954:4-6", "RFC4954:4-13")
@pytest.mark.parametrize("mechanism", ["MAILPROOF", "X-NONE", "ANONYMOUS"])
def test_an_unknown_mechanism_gets_504(client: SmtpClient, mechanism: str) -> None:
    """A mechanism that is not offered: 504 (5.5.4)."""
    if mechanism in client.extensions.get("AUTH", "").split():
        pytest.skip(f"AUTH {mechanism} is offered here")
    answer = client.command(f"AUTH {mechanism}")
    expect.reply(answer, 504)
    if answer.enhanced is not None:
        expect.one_of(answer.enhanced, {"5.5.4", "5.7.4"}, "enhanced status code")


@requirement("RFC4954:4-7", "RFC4954:4-22")
@needs("smtp:AUTH=PLAIN")
def test_auth_after_auth_is_out_of_order(client: SmtpClient, account_login: Login) -> None:
    """After a successful AUTH another one gets 503, in a transaction as well."""
    client.auth_plain(*account_login).require(235)
    with expect.step("outside of a transaction"):
        expect.reply(client.command("AUTH PLAIN"), 503)
    client.mail(account_login[0]).require(250)
    with expect.step("within a transaction"):
        expect.reply(client.command("AUTH PLAIN"), 503)
    expect.reply(client.rcpt(account_login[0]), 250)


@requirement("RFC4954:4-8")
def test_auth_before_ehlo_is_refused(connect_smtp: ConnectSmtp, account_login: Login) -> None:
    """AUTH belongs to the extensions that EHLO announces: without EHLO it is refused."""
    refused(connect_smtp(login=False).auth_plain(*account_login), "the reply to AUTH before EHLO")


@requirement("RFC4954:4-9")
def test_auth_without_a_mechanism_is_a_syntax_error(client: SmtpClient) -> None:
    """The mechanism is not optional: 501 (or 500)."""
    expect.reply(client.command("AUTH", on_purpose=True), 500, 501)


@requirement("RFC4954:4-10")
@needs("smtp:AUTH=PLAIN")
def test_a_line_of_12288_octets_is_read(client: SmtpClient) -> None:
    """An initial response that fills the line is taken for credentials (wrong ones here), not for a line too long."""
    room = 12_288 - len("AUTH PLAIN \r\n")
    answer = client.command(b"AUTH PLAIN " + base64.b64encode(b"\0nobody\0" + b"x" * (room // 4 * 3 - 8)))
    expect.reply(answer, 501, 535, 454)
    expect.lacks({"5.5.6"}, answer.enhanced, "the code for a line that is too long")


@requirement("RFC4954:4-11")
@needs("smtp:AUTH=PLAIN")
def test_a_longer_line_is_refused(client: SmtpClient) -> None:
    """Beyond its limit the server says 500 (5.5.6), refuses otherwise, or ends the connection with 421."""
    client.command("AUTH PLAIN").require(334)
    answer = client.send_answer(base64.b64encode(b"\0nobody\0" + b"x" * 15_000))
    expect.reply(answer, 500, 501, 535, 421, 454)
