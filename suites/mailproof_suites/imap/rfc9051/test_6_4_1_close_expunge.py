"""CLOSE, UNSELECT and EXPUNGE, RFC 9051 sections 6.4.1 to 6.4.3 (RFC 3501 sections 6.4.2 and 6.4.3)."""

import pytest

from mailproof_suites.case import Append, ImapClient, expect, needs, requirement

DELETED = [r"\Deleted"]


@requirement("RFC9051:6.4.1-1", "MAIL-08")
def test_close_removes_deleted_messages_without_a_word(imap: ImapClient, folder: str, append: Append) -> None:
    r"""CLOSE takes away what is \Deleted, sends no EXPUNGE, and deselects."""
    stays = append(folder)
    append(folder, flags=DELETED)
    imap.select(folder)
    answer = imap.command("CLOSE")
    expect.ok(answer)
    expect.equal(answer.named("EXPUNGE"), [], "EXPUNGE responses to CLOSE")
    expect.refused(imap.command("FETCH", "1", "FLAGS"))
    imap.select(folder)
    expect.equal(imap.search("ALL", uid=True), [stays], "UIDs afterwards")


@requirement("RFC9051:6.4.2-1")
@needs("imap:UNSELECT|IMAP4rev2")
def test_unselect_removes_nothing(imap: ImapClient, folder: str, append: Append) -> None:
    r"""UNSELECT deselects as CLOSE does and leaves \Deleted messages alone."""
    append(folder, flags=DELETED)
    imap.select(folder)
    expect.ok(imap.command("UNSELECT"))
    expect.refused(imap.command("FETCH", "1", "FLAGS"))
    expect.equal(imap.select(folder).exists, 1, "messages afterwards")


@requirement("RFC9051:6.4.2-2")
@needs("imap:UNSELECT|IMAP4rev2")
def test_unselect_needs_a_selected_mailbox(imap: ImapClient) -> None:
    """There is nothing to deselect before a SELECT."""
    expect.bad(imap.command("UNSELECT"))


@requirement("RFC9051:6.4.3-1", "MAIL-08")
@pytest.mark.parametrize("marked", [{1}, {5}, {2, 3, 5}, {1, 2}, {1, 3, 5}, {1, 2, 3, 4, 5}, set()], ids=str)
def test_expunge_numbers_apply_one_after_another(
    imap: ImapClient, folder: str, append: Append, marked: set[int]
) -> None:
    """Each EXPUNGE lowers the numbers above it; a client that follows them ends with the messages that are left."""
    uids = [append(folder, flags=DELETED if number in marked else []) for number in range(1, 6)]
    imap.select(folder)
    view = list(uids)
    answer = imap.expunge()
    for number in [each.number or 0 for each in answer.named("EXPUNGE")]:
        expect.that(0 < number <= len(view), "number in EXPUNGE", expected=f"1 to {len(view)}", actual=number)
        del view[number - 1]
    left = [uid for number, uid in enumerate(uids, start=1) if number not in marked]
    expect.equal(view, left, "UIDs in a client's view")
    expect.equal(imap.search("ALL", uid=True), left, "UIDs on the server")


@requirement("RFC9051:6.4.3-2", "MAIL-08")
def test_an_unmarked_message_is_not_expunged(imap: ImapClient, folder: str, append: Append) -> None:
    r"""\Deleted that was taken back saves the message."""
    uid = append(folder, flags=DELETED)
    imap.select(folder)
    imap.store(1, "-FLAGS", DELETED)
    imap.expunge()
    expect.equal(imap.search("ALL", uid=True), [uid], "UIDs afterwards")


@requirement("RFC9051:7.5.1-1", "RFC9051:5.2-2", "RFC9051:7-1", "RFC3501:7-1")
@pytest.mark.parametrize("command", ["FETCH 2 (FLAGS)", r"STORE 2 +FLAGS (\Flagged)", "SEARCH ALL"])
def test_numbers_stay_while_fetch_store_and_search_are_answered(
    imap: ImapClient, imap2: ImapClient, folder: str, append: Append, command: str
) -> None:
    """What another session expunged is told later, by NOOP, so that numbers keep their meaning meanwhile."""
    uids = [append(folder) for _ in range(3)]
    imap.select(folder)
    imap2.select(folder)
    imap2.store(1, "+FLAGS.SILENT", DELETED)
    imap2.expunge()
    answer = imap.command(command)
    expect.ok(answer)
    expect.equal(answer.named("EXPUNGE"), [], "EXPUNGE responses")
    for data in answer.named("FETCH"):
        if data.data.uid is not None:
            expect.equal(data.data.uid, uids[(data.number or 0) - 1], "UID behind the number")
    told = [each.number for each in imap.noop().named("EXPUNGE")]
    expect.equal(told, [1], "EXPUNGE responses to NOOP")
    expect.equal(imap.search("ALL", uid=True), uids[1:], "UIDs afterwards")


@requirement("RFC9051:7.5.1-2")
def test_a_message_expunged_elsewhere_gives_no_wrong_data(
    imap: ImapClient, imap2: ImapClient, folder: str, append: Append
) -> None:
    """FETCH of a number whose message is gone gives that message's data, none, or NO, never another's."""
    uids = [append(folder) for _ in range(2)]
    imap.select(folder)
    imap2.select(folder)
    imap2.store(1, "+FLAGS.SILENT", DELETED)
    imap2.expunge()
    answer = imap.command("FETCH", "1", "(UID BODY.PEEK[HEADER])")
    expect.one_of(answer.status, {"OK", "NO"}, "FETCH of a message that is gone")
    seen = {data.data.uid for data in answer.named("FETCH") if data.data.uid}
    expect.that(seen <= {uids[0]}, "UIDs in the answer", expected={uids[0]}, actual=seen)


@requirement("RFC9051:6.4.9-1", "MAIL-08")
@needs("imap:UIDPLUS|IMAP4rev2")
def test_uid_expunge_removes_only_what_is_named_and_marked(imap: ImapClient, folder: str, append: Append) -> None:
    r"""UID EXPUNGE spares \Deleted messages outside its set, and members of the set that are not \Deleted."""
    goes, stays = append(folder, flags=DELETED), append(folder, flags=DELETED)
    unmarked = append(folder)
    imap.select(folder)
    imap.expunge([goes, unmarked])
    expect.equal(imap.search("ALL", uid=True), [stays, unmarked], "UIDs afterwards")
