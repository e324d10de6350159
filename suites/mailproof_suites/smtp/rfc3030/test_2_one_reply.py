"""One reply to each chunk, RFC 3030 section 2 (RFC 5321 section 4.2)."""

from mailproof_suites.case import MakeMessage, SmtpClient, expect, needs, requirement
from mailproof_suites.smtp.dialogue import begin

pytestmark = needs("smtp:CHUNKING")


@requirement("RFC3030:2-1")
def test_each_chunk_gets_one_reply(smtp: SmtpClient, own: str, make_message: MakeMessage) -> None:
    """Two chunks, then QUIT: two times 250 and 221, with no reply too many between them."""
    message = make_message()
    begin(smtp, own, own)
    expect.reply(smtp.bdat(message[:50]), 250)
    expect.reply(smtp.bdat(message[50:], last=True), 250)
    expect.reply(smtp.command("QUIT"), 221)
