"""Internationalized mail, RFC 6531 section 3."""

import pytest

from mailproof_suites.case import MakeMessage, SmtpClient, expect, needs, requirement
from mailproof_suites.messages import mark_of
from mailproof_suites.smtp.dialogue import Reports, Stored, field, refused

pytestmark = needs("smtp:SMTPUTF8")


@requirement("RFC6531:3.1-1")
def test_smtputf8_comes_with_8bitmime(smtp: SmtpClient) -> None:
    """Whoever offers SMTPUTF8 offers 8BITMIME, too, and no parameter on the keyword."""
    expect.contains(smtp.extensions, "8BITMIME", "keywords of EHLO beside SMTPUTF8")
    expect.equal(smtp.extensions["SMTPUTF8"], "", "parameter of SMTPUTF8")


@requirement("RFC6531:3.5-1")
@pytest.mark.parametrize("local", ["grüße", "пользователь", "用户"], ids=["latin", "cyrillic", "han"])
def test_a_utf8_address_without_the_parameter_is_refused(
    smtp: SmtpClient, own: str, domain: str, local: str, token: str
) -> None:
    """MAIL did not say SMTPUTF8: an address beyond ASCII is refused (RCPT: 553 or 550; 501 for a strict parser)."""
    smtp.mail(own).require(250)
    expect.reply(smtp.rcpt(f"{local}-{token}@{domain}", on_purpose=True), 550, 553, 501)
    expect.reply(smtp.rcpt(own), 250)


@requirement("RFC6531:3.5-1")
def test_a_utf8_sender_without_the_parameter_is_refused(smtp: SmtpClient, domain: str) -> None:
    """MAIL with an address beyond ASCII and without SMTPUTF8: 550 or 553 (501)."""
    expect.reply(smtp.mail(f"grüße@{domain}", on_purpose=True), 550, 553, 501)


@requirement("RFC6531:3.3-1")
def test_a_utf8_recipient_is_read_with_the_parameter(smtp: SmtpClient, own: str, domain: str, token: str) -> None:
    """After MAIL with SMTPUTF8 a UTF-8 address that nobody has is refused as unknown, not for its syntax."""
    smtp.mail(own, "SMTPUTF8").require(250)
    answer = smtp.rcpt(f"grüße-{token}@{domain}")
    expect.reply(answer, 250, 550)
    expect.lacks({"5.1.3", "5.6.7", "5.5.2"}, answer.enhanced, "codes that speak of syntax or of missing support")


@requirement("RFC6531:3.4-1")
def test_the_parameter_takes_no_value(smtp: SmtpClient, own: str) -> None:
    """SMTPUTF8=1 is refused: 501 (555 where it is taken for an unknown parameter)."""
    expect.reply(smtp.mail(own, "SMTPUTF8=1", on_purpose=True), 501, 555)
    expect.reply(smtp.mail(own, "SMTPUTF8"), 250)


@requirement("RFC6531:3.6-1")
def test_a_header_in_utf8_is_delivered(
    smtp: SmtpClient, own: str, make_message: MakeMessage, stored: Stored, reports: Reports
) -> None:
    """A subject in plain UTF-8 arrives as it was sent; a next hop without SMTPUTF8 is told of in a report instead."""
    subject = "Größe, 大きさ, размер"
    message = make_message(subject=subject)
    smtp.mail(own, "SMTPUTF8", "BODY=8BITMIME").require(250)
    smtp.rcpt(own).require(250)
    smtp.data(message).require(250)
    try:
        delivered = stored(mark_of(message))
    except expect.Violation:
        if not reports(mark_of(message)):
            raise
        expect.note("mail in UTF-8 is accepted and returned: what stands behind the server cannot take it")
        return
    expect.equal(field(delivered, "Subject"), [subject.encode()], "subject of the delivered message")


@requirement("RFC6531:3.3-2")
def test_an_address_that_is_no_utf8_is_refused(smtp: SmtpClient, own: str, domain: str) -> None:
    """Octets that are no UTF-8 are no address, whatever MAIL said."""
    smtp.mail(own, "SMTPUTF8").require(250)
    refused(
        smtp.command(b"RCPT TO:<gr\xfc\xdfe@" + domain.encode() + b">", on_purpose=True),
        "the reply to an address in Latin-1",
    )


@requirement("RFC6531:3.2-1")
@pytest.mark.parametrize("verb", ["VRFY", "EXPN"])
def test_utf8_is_understood_where_an_address_may_stand(
    smtp: SmtpClient, own: str, token: str, domain: str, verb: str
) -> None:
    """VRFY and EXPN with SMTPUTF8 and an address in UTF-8: verified, unknown or not implemented, not bad syntax."""
    if smtp.command(f"{verb} {token}@{domain}").code in (500, 502):
        pytest.skip(f"{verb} is not implemented")
    smtp.mail(own, "SMTPUTF8").require(250)  # tells our client, too, that replies may be in UTF-8 from here on
    smtp.rset().require(250)
    answer = smtp.command(f"{verb} grüße-{token}@{domain} SMTPUTF8")
    expect.reply(answer, 250, 251, 252, 504, 550, 551, 553, 554)


@requirement("RFC6531:3.7.4.2-1")
@pytest.mark.parametrize("verb", ["VRFY", "EXPN"])
def test_replies_are_ascii_for_who_did_not_ask_for_more(smtp: SmtpClient, domain: str, verb: str) -> None:
    """VRFY and EXPN without the parameter: whatever the reply, it is ASCII."""
    answer = smtp.command(f"{verb} grüße@{domain}", on_purpose=True)
    expect.that(answer.raw.isascii(), "the reply", expected="ASCII", actual=answer.line)


@requirement("RFC6531:3.2-3")
@needs("smtp:DSN")
@pytest.mark.parametrize(
    "original", [r"utf-8;gr\x{FC}\x{DF}e@mailproof.test", "utf-8;someone@mailproof.test", "utf-8;grüße@mailproof.test"]
)
def test_original_recipients_of_type_utf8_are_known(smtp: SmtpClient, own: str, original: str) -> None:
    """ORCPT of type utf-8, in the escaped form of RFC 6533 and as it is: taken after MAIL with SMTPUTF8."""
    smtp.mail(own, "SMTPUTF8").require(250)
    expect.reply(smtp.rcpt(own, f"ORCPT={original}"), 250)
    smtp.rset().require(250)
