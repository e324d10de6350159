"""RSET in the middle of a transaction, RFC 5321 section 4.1.1.5."""

import pytest

from mailproof_suites.case import SmtpClient, expect, requirement
from mailproof_suites.smtp.dialogue import begin


@requirement("RFC5321:4.1.1.5-1")
def test_after_rset_a_recipient_needs_a_new_sender(smtp: SmtpClient, own: str) -> None:
    """MAIL, RCPT, RSET: the next RCPT gets 503, and MAIL begins anew."""
    begin(smtp, own, own)
    expect.reply(smtp.rset(), 250)
    expect.reply(smtp.rcpt(own), 503)
    expect.reply(smtp.mail(own), 250)


@requirement("RFC5321:4.1.1.5-1")
@pytest.mark.parametrize("times", [1, 2])
def test_after_rset_and_mail_there_is_no_recipient(smtp: SmtpClient, own: str, times: int) -> None:
    """MAIL, RCPT, RSET, MAIL: what was a recipient is none, so DATA is refused (or accepted, and nothing sent)."""
    begin(smtp, own, own)
    for _ in range(times):
        expect.reply(smtp.rset(), 250)
    expect.reply(smtp.mail(own), 250)
    answer = smtp.command("DATA")
    if answer.code == 354:
        smtp.send_raw(b".\r\n")
        answer = smtp.read_reply()
    expect.reply(answer, 503, 554, 550, 501)
