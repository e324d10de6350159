"""EXPUNGE for clients that know CONDSTORE only, RFC 7162 section 3.2.10."""

from mailproof_suites.case import Append, ImapClient, expect, needs, requirement
from mailproof_suites.clients.imap import VanishedData

DELETED = [r"\Deleted"]


@needs("imap:QRESYNC")
@requirement("RFC7162:3.2.10-3")
def test_without_enable_qresync_expunge_is_told_by_numbers(
    imap: ImapClient, imap2: ImapClient, folder: str, append: Append
) -> None:
    """After ENABLE CONDSTORE alone, one's own and another's EXPUNGE are told by EXPUNGE responses."""
    for _ in range(3):
        append(folder)
    imap.enable("CONDSTORE")
    imap.select(folder)
    imap.store(1, "+FLAGS.SILENT", DELETED)
    answer = imap.command("EXPUNGE")
    expect.ok(answer)
    expect.equal([each.number for each in answer.named("EXPUNGE")], [1], "numbers told by EXPUNGE")
    expect.equal(answer.of(VanishedData), [], "VANISHED responses")
    imap2.select(folder)
    imap2.store(2, "+FLAGS.SILENT", DELETED)
    imap2.expunge()
    answer = imap.noop()
    expect.equal([each.number for each in answer.named("EXPUNGE")], [2], "numbers told by EXPUNGE")
    expect.equal(answer.of(VanishedData), [], "VANISHED responses")
