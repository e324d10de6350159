"""8-bit text, RFC 6152."""

import pytest

from mailproof_suites.case import MakeMessage, SmtpClient, expect, needs, requirement
from mailproof_suites.messages import mark_of
from mailproof_suites.smtp.dialogue import Stored, body

pytestmark = needs("smtp:8BITMIME")
_HIGH = bytes(range(0x80, 0x100)) + "\r\nZażółć gęślą jaźń\r\n".encode()


@requirement("RFC6152:3-1")
def test_all_octets_above_127_arrive(smtp: SmtpClient, own: str, make_message: MakeMessage, stored: Stored) -> None:
    """BODY=8BITMIME: every bit of every octet is kept."""
    message = make_message(body=_HIGH, headers={"Content-Transfer-Encoding": "8bit"})
    expect.reply(smtp.mail(own, "BODY=8BITMIME"), 250)
    smtp.rcpt(own).require(250)
    smtp.data(message).require(250)
    expect.equal(body(stored(mark_of(message))), _HIGH, "body of the delivered message")


@requirement("RFC6152:2-1", "RFC6152:3-2")
@pytest.mark.parametrize("value", ["7BIT", "8BITMIME", "8bitmime"])
def test_both_values_are_known(smtp: SmtpClient, own: str, value: str) -> None:
    """BODY= takes 7BIT and 8BITMIME, in any letter case."""
    expect.reply(smtp.mail(own, f"BODY={value}"), 250)


@requirement("RFC6152:2-2")
@pytest.mark.parametrize("value", ["BODY=9BIT", "BODY", "BODY="])
def test_other_values_are_refused(smtp: SmtpClient, own: str, value: str) -> None:
    """An unknown value, or none, is refused for its syntax."""
    expect.reply(smtp.mail(own, value, on_purpose=True), 500, 501, 504, 555)
