"""Sign-ins that must fail, RFC 4954 sections 4 and 6, RFC 4616 section 2."""

import base64

import pytest

from mailproof_suites.case import ConnectSmtp, SmtpClient, World, expect, needs, requirement
from mailproof_suites.smtp.dialogue import refused

pytestmark = needs("smtp:AUTH=PLAIN")
Login = tuple[str, str]
_FORMS = {
    "empty": b"",
    "no_nul": b"abc",
    "one_nul": b"\0abc",
    "three_nuls": b"\0a\0b\0c",
    "no_password": b"\0a\0",
    "no_name": b"\0\0b",
}


@pytest.fixture
def client(connect_smtp: ConnectSmtp) -> SmtpClient:
    """A connection after EHLO, not signed in."""
    made = connect_smtp(login=False)
    made.ehlo()
    return made


@requirement("RFC4954:6-1", "RFC4954:4-18")
def test_a_wrong_password_gets_535_and_the_right_one_235(client: SmtpClient, account_login: Login) -> None:
    """535, nothing is allowed after it, and the same connection can sign in properly."""
    user, password = account_login
    answer = client.auth_plain(user, f"{password}x")
    expect.reply(answer, 535)
    if answer.enhanced is not None:
        expect.one_of(answer.enhanced, {"5.7.8", "5.7.0"}, "enhanced status code")
    expect.reply(client.mail(user), 530)
    expect.reply(client.auth_plain(user, password), 235)


@requirement("RFC4954:9-1")
def test_an_unknown_user_looks_like_a_wrong_password(client: SmtpClient, unknown: str) -> None:
    """Nobody learns from the reply which users exist."""
    expect.reply(client.auth_plain(unknown, "mailproof"), 535)


@requirement("RFC4616:2-1", "RFC4616:2-5", "RFC4616:2-6")
@pytest.mark.parametrize("message", _FORMS.values(), ids=_FORMS.keys())
def test_a_malformed_plain_message_is_refused(client: SmtpClient, message: bytes) -> None:
    """Too few or too many fields, or empty ones: refused, and the session goes on."""
    client.command("AUTH PLAIN").require(334)
    refused(client.send_answer(base64.b64encode(message)), "the reply to a malformed PLAIN message")
    expect.reply(client.noop(), 250)


@requirement("RFC4616:2-2")
def test_acting_as_oneself_by_name_is_allowed(client: SmtpClient, account_login: Login) -> None:
    """An authorization identity that is the own name changes nothing."""
    user, password = account_login
    expect.reply(client.auth_plain(user, password, authzid=user), 235)


@requirement("RFC4616:2-3")
@needs("role:other")
def test_acting_as_somebody_else_is_refused(client: SmtpClient, account_login: Login, world: World) -> None:
    """Own credentials do not open somebody else's account."""
    user, password = account_login
    refused(client.auth_plain(user, password, authzid=world.lease("other").address), "AUTH as somebody else")
    expect.reply(client.mail(user), 530)


@requirement("RFC4954:5-1")
@pytest.mark.parametrize("value", ["<>", "{own}"], ids=["empty", "own_address"])
def test_mail_takes_the_auth_parameter(smtp: SmtpClient, own: str, value: str) -> None:
    """A server that offers AUTH takes AUTH= on MAIL."""
    expect.reply(smtp.mail(own, f"AUTH={value.format(own=own)}"), 250)


@requirement("RFC4954:5-2")
def test_an_auth_parameter_that_is_no_xtext_is_refused(smtp: SmtpClient, own: str) -> None:
    """`+` has to be followed by two hexadecimal digits."""
    refused(smtp.mail(own, "AUTH=a+zz", on_purpose=True), "the reply to a broken AUTH parameter")
