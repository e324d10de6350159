"""Names, empty answers and lengths: RFC 4954 sections 4, 5 and 9, RFC 4616 section 2, RFC 4013."""

import base64

import pytest

from mailproof_suites.case import ConnectSmtp, SmtpClient, expect, needs, requirement
from mailproof_suites.smtp.dialogue import refused

pytestmark = needs("smtp:AUTH=PLAIN")
Login = tuple[str, str]


@pytest.fixture
def client(connect_smtp: ConnectSmtp) -> SmtpClient:
    """A connection after EHLO, not signed in."""
    made = connect_smtp(login=False)
    made.ehlo()
    return made


@requirement("RFC4954:3-2")
def test_plain_is_offered(client: SmtpClient) -> None:
    """PLAIN is what every server has to have inside TLS."""
    expect.contains(client.extensions.get("AUTH", "").split(), "PLAIN", "mechanisms")


@requirement("RFC4954:4-12")
@needs("smtp:AUTH=CRAM-MD5|AUTH=DIGEST-MD5")
def test_an_initial_response_where_the_server_begins_is_rejected(client: SmtpClient) -> None:
    """A mechanism in which the server speaks first has no initial response: 501."""
    offered = client.extensions["AUTH"].split()
    mechanism = next(each for each in ("CRAM-MD5", "DIGEST-MD5") if each in offered)
    expect.reply(client.command(f"AUTH {mechanism} AAAA"), 501)


@requirement("RFC4954:4-14")
def test_an_equals_sign_is_an_empty_response(client: SmtpClient) -> None:
    """`AUTH PLAIN =` is complete, and as an empty message it is refused: no challenge follows."""
    refused(client.command("AUTH PLAIN ="), "the reply to an empty initial response")
    expect.reply(client.noop(), 250)


@requirement("RFC4954:4-15")
@pytest.mark.parametrize("text", ["=AAA", "AAA=BBB=", "AAAA=", "A", "AA-_", "AGEAYg==AAAA"])
@pytest.mark.parametrize("initial", [True, False], ids=["initial_response", "answer"])
def test_base64_is_strict(client: SmtpClient, text: str, initial: bool) -> None:
    """Padding in the middle, foreign characters, wrong lengths: 501."""
    if initial:
        expect.reply(client.command(f"AUTH PLAIN {text}", on_purpose=True), 501)
        return
    client.command("AUTH PLAIN").require(334)
    expect.reply(client.send_answer(text.encode(), on_purpose=True), 501)


@requirement("RFC4954:4-16", "RFC4616:2-8")
@pytest.mark.parametrize("change", ["soft_hyphen", "full_width"])
def test_names_are_prepared(client: SmtpClient, account_login: Login, change: str) -> None:
    """An invisible hyphen, or the first letter in its wide form: SASLprep makes the same name of it."""
    user, password = account_login
    first = user[0]
    if not (first.isascii() and first.isalnum()):
        pytest.skip("the name of the account does not begin with a letter")
    wide = chr(ord(first) - 0x21 + 0xFF01)
    shown = {"soft_hyphen": f"{first}\u00ad{user[1:]}", "full_width": wide + user[1:]}[change]
    expect.reply(client.auth_plain(shown, password), 235)


@requirement("RFC4954:4-17", "RFC4616:2-6")
@pytest.mark.parametrize("identity", ["\u00ad", "\u0007", "\ufffd"], ids=["vanishes", "control", "replacement"])
def test_an_identity_that_cannot_be_prepared_fails(client: SmtpClient, account_login: Login, identity: str) -> None:
    """An authorization identity that is nothing, or holds what no name may hold, fails with the right password, too."""
    user, password = account_login
    refused(client.auth_plain(user, password, authzid=identity), "AUTH with an impossible identity")
    expect.reply(client.mail(user), 530)


@requirement("RFC4616:2-4")
def test_fields_of_255_octets_are_taken(client: SmtpClient, token: str) -> None:
    """Wrong credentials of the longest legal size are refused as wrong, not as too long or malformed."""
    message = b"\0".join([(token.encode() * 20)[:255]] * 3)
    client.command("AUTH PLAIN").require(334)
    expect.reply(client.send_answer(base64.b64encode(message)), 535, 454)


@requirement("RFC4616:2-7")
@pytest.mark.parametrize(
    "message", [b"\0us\xe9r\0pass", b"\0user\0p\xe4ss", b"\xff\0user\0pass"], ids=["name", "pw", "id"]
)
def test_what_is_no_utf8_is_refused(client: SmtpClient, message: bytes) -> None:
    """Names and passwords in Latin-1 are refused, and the session goes on."""
    client.command("AUTH PLAIN").require(334)
    refused(client.send_answer(base64.b64encode(message)), "the reply to fields in Latin-1")
    expect.reply(client.noop(), 250)


@requirement("RFC4954:5-3")
def test_the_parameter_is_understood_before_sign_in(client: SmtpClient, own: str) -> None:
    """MAIL with AUTH= before AUTH: refused for want of a sign-in (530), not for the parameter."""
    expect.reply(client.mail(own, "AUTH=<>"), 530)


@requirement("RFC4954:6-2")
@pytest.mark.parametrize("line", ["MAIL FROM:<>", "RCPT TO:<postmaster@{domain}>", "DATA", "VRFY postmaster"])
def test_530_is_the_answer_before_sign_in(client: SmtpClient, domain: str, line: str) -> None:
    """Commands that need a user get 530; what is out of order may say so (503), and VRFY may be closed (252, 502)."""
    allowed = {530, 503} if not line.startswith(("MAIL", "VRFY")) else {530}
    if line.startswith("VRFY"):
        allowed |= {252, 502}
    expect.one_of(client.command(line.format(domain=domain)).code, allowed, f"the code for {line.split(maxsplit=1)[0]}")


@requirement("RFC4954:9-2", "RFC4954:4-18")
def test_two_failures_do_not_end_the_connection(client: SmtpClient, unknown: str) -> None:
    """Two sign-ins that fail get 535 each, and the session goes on."""
    for _ in range(2):
        expect.reply(client.auth_plain(unknown, "mailproof"), 535, requirement="RFC4954:4-18")
    expect.reply(client.noop(), 250, requirement="RFC4954:9-2")


@requirement("RFC4954:4-23")
@needs("smtp:PIPELINING")
def test_auth_may_lead_a_group(client: SmtpClient, account_login: Login, own: str) -> None:
    """AUTH PLAIN with its response, MAIL and RCPT in one write: all three succeed."""
    user, password = account_login
    secret = base64.b64encode(f"\0{user}\0{password}".encode()).decode()
    client.transcript.secret(password)
    client.transcript.secret(secret)
    answers = client.pipeline(f"AUTH PLAIN {secret}", f"MAIL FROM:<{own}>", f"RCPT TO:<{own}>")
    expect.equal([each.code for each in answers], [235, 250, 250], "replies to AUTH, MAIL and RCPT")
