"""Message numbers while another session expunges, RFC 9051 section 7.5.1 (RFC 3501 section 7.4.1)."""

from mailproof_suites.case import Append, ImapClient, expect, requirement

DELETED = [r"\Deleted"]


@requirement("RFC9051:7.5.1-2")
def test_a_number_keeps_its_message_over_several_commands(
    imap: ImapClient, imap2: ImapClient, folder: str, append: Append
) -> None:
    """However often it is asked for before EXPUNGE was sent, a number is the same message, or none, or NO."""
    uids = [append(folder) for _ in range(3)]
    imap.select(folder)
    imap2.select(folder)
    imap2.store(1, "+FLAGS.SILENT", DELETED)
    imap2.expunge()
    for _ in range(3):
        answer = imap.command("FETCH", "2", "(UID FLAGS)")
        expect.one_of(answer.status, {"OK", "NO"}, "FETCH of message 2")
        expect.equal(answer.named("EXPUNGE"), [], "EXPUNGE responses")
        seen = {data.data.uid for data in answer.named("FETCH") if data.number == 2 and data.data.uid}
        expect.that(seen <= {uids[1]}, "UID of message 2", expected=uids[1], actual=seen)
