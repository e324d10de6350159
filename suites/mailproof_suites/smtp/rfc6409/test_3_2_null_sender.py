"""The null return path, RFC 6409 section 3.2, and that nothing is reported to it: RFC 5321 section 3.6.3, RFC 3461.

Programs of users send with it, too: notifications that a message was read, for example.
"""

import pytest

from mailproof_suites.case import MakeMessage, SmtpClient, expect, requirement
from mailproof_suites.messages import mark_of
from mailproof_suites.smtp.dialogue import Copies, Reports, Stored, field


@requirement("RFC6409:3.2-1")
def test_a_message_with_the_null_sender_is_taken(
    smtp: SmtpClient, own: str, make_message: MakeMessage, stored: Stored
) -> None:
    """MAIL FROM:<> by a user who has signed in, From the own address: delivered, with <> in Return-Path."""
    message = make_message(to=own)
    expect.reply(smtp.mail(""), 250)
    smtp.rcpt(own).require(250)
    expect.reply(smtp.data(message), 250)
    expect.equal(field(stored(mark_of(message)), "Return-Path"), [b"<>"], "Return-Path")


@requirement("RFC5321:3.6.3-3", "RFC3461:5.2-1")
@pytest.mark.parametrize(
    "notify", ["NOTIFY=SUCCESS", "NOTIFY=SUCCESS,FAILURE,DELAY", ""], ids=["success", "all", "none"]
)
def test_nothing_is_reported_about_it(
    smtp: SmtpClient, own: str, make_message: MakeMessage, copies: Copies, reports: Reports, notify: str
) -> None:
    """Not even where the sender's address stands in From, and a report was asked for."""
    if notify and "DSN" not in smtp.extensions:
        pytest.skip("SMTP capability DSN is not advertised")
    message = make_message(to=own, headers={"Reply-To": own, "Sender": own})
    smtp.mail("").require(250)
    smtp.rcpt(own, *notify.split()).require(250)
    smtp.data(message).require(250)
    expect.equal(copies(mark_of(message)), 1, "copies of the message itself")
    expect.equal(len(reports(mark_of(message))), 0, "reports about a message with the null sender")
