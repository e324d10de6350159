"""The order of commands, RFC 5321 sections 3.3 and 4.1.4."""

import pytest

from mailproof_suites.case import SmtpClient, expect, requirement
from mailproof_suites.smtp.dialogue import begin, end_transaction, refused


@requirement("RFC5321:3.3-1")
def test_rcpt_needs_mail(smtp: SmtpClient, own: str) -> None:
    """RCPT without MAIL gets 503."""
    expect.reply(smtp.rcpt(own), 503)


@requirement("RFC5321:4.1.4-5")
def test_data_needs_mail(smtp: SmtpClient) -> None:
    """DATA without MAIL is refused: 503 or 554 at once, or 5yz after the dot."""
    answer = end_transaction(smtp, smtp.command("DATA"))
    refused(answer, "the outcome of DATA without MAIL")


@requirement("RFC5321:4.1.4-5")
def test_data_needs_rcpt(smtp: SmtpClient, own: str) -> None:
    """DATA without RCPT is refused, and the transaction can still be completed."""
    smtp.mail(own).require(250)
    answer = smtp.command("DATA")
    if answer.code == 354:
        refused(end_transaction(smtp, answer), "the outcome of DATA without RCPT")
        return
    expect.reply(answer, 503, 554)
    expect.reply(smtp.rcpt(own), 250)


@requirement("RFC5321:4.1.4-6")
def test_mail_within_a_transaction_is_out_of_order(smtp: SmtpClient, own: str) -> None:
    """A second MAIL gets 503, and the first transaction still stands."""
    begin(smtp, own, own)
    expect.reply(smtp.mail(own), 503)
    expect.reply(smtp.rcpt(own), 250)


@requirement("RFC5321:4.1.4-7", "RFC5321:4.1.4-9")
@pytest.mark.parametrize("line", ["MAIL FROM:<@>", "MAIL FROM:", "MAIL TO:<a@example.test>", "MAIL"])
def test_a_mail_command_that_fails_changes_nothing(smtp: SmtpClient, own: str, line: str) -> None:
    """After a MAIL that could not be read there is no transaction, and a proper one can begin."""
    # 553 is the code for the syntax of a mailbox, 500 for a command that is none (section 4.2.3).
    expect.reply(smtp.command(line, on_purpose=True), 501, 500, 553, requirement="RFC5321:4.1.4-9")
    expect.reply(smtp.rcpt(own), 503)
    expect.reply(smtp.mail(own), 250)


@requirement("RFC5321:4.1.1.4-3", "RFC5321:4.1.1.4-4")
def test_a_message_that_was_taken_ends_its_transaction(smtp: SmtpClient, own: str, own_message: bytes) -> None:
    """After the 250 to the message the buffers are empty: RCPT needs a new MAIL, and gets one."""
    begin(smtp, own, own)
    smtp.data(own_message).require(250)
    expect.reply(smtp.rcpt(own), 503)
    expect.reply(smtp.mail(own), 250)


@requirement("RFC5321:4.1.1.5-1")
def test_rset_forgets_sender_and_recipients(smtp: SmtpClient, own: str) -> None:
    """After RSET there is neither sender nor recipient, twice in a row does no harm, and the sign-in stays."""
    begin(smtp, own, own)
    expect.reply(smtp.rset(), 250)
    expect.reply(smtp.rset(), 250)
    refused(end_transaction(smtp, smtp.command("DATA")), "the outcome of DATA after RSET")
    expect.reply(smtp.rcpt(own), 503)
    expect.reply(smtp.mail(own), 250)


@requirement("RFC5321:4.1.1.9-1")
def test_noop_within_a_transaction_changes_nothing(smtp: SmtpClient, own: str) -> None:
    """NOOP leaves sender and recipients as they are."""
    smtp.mail(own).require(250)
    expect.reply(smtp.noop(), 250)
    expect.reply(smtp.rcpt(own), 250)


@requirement("RFC5321:4.1.1.9-2")
def test_noop_ignores_its_argument(smtp: SmtpClient) -> None:
    """NOOP with a text gets 250 all the same."""
    expect.reply(smtp.command('NOOP "is anybody there"'), 250)
