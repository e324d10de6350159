"""Chunks of any octets, BINARYMIME, and DATA beside BDAT: RFC 3030 sections 2 and 3."""

import pytest

from mailproof_suites.case import MakeMessage, SmtpClient, expect, needs, requirement
from mailproof_suites.messages import mark_of
from mailproof_suites.smtp.dialogue import Stored, begin, body

pytestmark = needs("smtp:CHUNKING")
_BINARY = bytes(range(256)) * 4 + b"\n\r\0\r\n.\r\n"


@requirement("RFC3030:2-9")
def test_data_works_beside_bdat(smtp: SmtpClient, own: str, make_message: MakeMessage, stored: Stored) -> None:
    """One message by BDAT and the next by DATA, in one session: both arrive."""
    first, second = make_message(), make_message()
    begin(smtp, own, own)
    smtp.bdat(first, last=True).require(250)
    begin(smtp, own, own)
    expect.reply(smtp.data(second), 250)
    stored(mark_of(first))
    stored(mark_of(second))


@requirement("RFC3030:2-10")
@pytest.mark.parametrize(
    "text", [_BINARY, b"\n" * 50, b"\0" * 50, b"\r" * 50, b"x" * 5000], ids=["all", "lf", "nul", "cr", "long"]
)
def test_arbitrary_octets_do_no_harm(smtp: SmtpClient, own: str, make_message: MakeMessage, text: bytes) -> None:
    """Octets without any line of mail in them: carried or refused, and the next command is answered."""
    begin(smtp, own, own)
    message = make_message(body=text)
    answer = smtp.bdat(message, last=True)
    expect.that(
        answer.positive or answer.permanent, "the reply to the chunk", expected="2yz or 5yz", actual=answer.line
    )
    expect.reply(smtp.noop(), 250)


@requirement("RFC3030:3-1")
@needs("smtp:BINARYMIME")
def test_binary_mail_keeps_every_bit(smtp: SmtpClient, own: str, make_message: MakeMessage, stored: Stored) -> None:
    """BODY=BINARYMIME by BDAT: the octets come out of the mailbox unchanged."""
    message = make_message(body=_BINARY, headers={"Content-Transfer-Encoding": "binary"})
    smtp.mail(own, "BODY=BINARYMIME").require(250)
    smtp.rcpt(own).require(250)
    smtp.bdat(message, last=True).require(250)
    expect.equal(body(stored(mark_of(message))), _BINARY, "body of the delivered message")


@requirement("RFC3030:3-2")
@needs("smtp:BINARYMIME")
def test_data_is_no_way_for_binary_mail(smtp: SmtpClient, own: str) -> None:
    """DATA after BODY=BINARYMIME: 503."""
    smtp.mail(own, "BODY=BINARYMIME").require(250)
    smtp.rcpt(own).require(250)
    expect.reply(smtp.command("DATA"), 503)


@requirement("RFC3030:3-3")
def test_a_message_that_calls_itself_binary_is_taken(
    smtp: SmtpClient, own: str, make_message: MakeMessage, stored: Stored
) -> None:
    """Content-Transfer-Encoding binary over lines of plain text, without BODY=BINARYMIME: accepted."""
    message = make_message(headers={"Content-Transfer-Encoding": "binary"})
    begin(smtp, own, own)
    expect.reply(smtp.bdat(message, last=True), 250)
    stored(mark_of(message))
