"""UID commands, RFC 9051 section 6.4.9 (RFC 3501 section 6.4.8)."""

import pytest

from mailproof_suites.case import Append, ImapClient, expect, requirement


@requirement("RFC9051:6.4.9-2")
@pytest.mark.parametrize(
    "command", ["UID FETCH {} (FLAGS)", r"UID STORE {} +FLAGS (\Seen)", "UID SEARCH UID {}", "UID COPY {} INBOX"]
)
def test_unknown_uids_are_no_error(imap: ImapClient, folder: str, append: Append, command: str) -> None:
    """A UID without a message is passed over: OK, and no data."""
    uid = append(folder)
    imap.select(folder)
    answer = imap.command(command.format(uid + 1000))
    expect.ok(answer)
    expect.equal(answer.named("FETCH"), [], "FETCH responses")


@requirement("RFC9051:6.4.9-3")
def test_known_uids_of_a_mixed_set_are_served(imap: ImapClient, folder: str, append: Append) -> None:
    """A set may name UIDs that are there and others that are not."""
    uids = [append(folder) for _ in range(3)]
    imap.select(folder)
    imap.store(uids[1], "+FLAGS.SILENT", [r"\Deleted"], uid=True)
    imap.expunge()
    found = imap.fetch(f"{uids[0]}:{uids[2] + 500}", "(FLAGS)", uid=True)
    expect.equal(set(found), {uids[0], uids[2]}, "UIDs fetched")


@requirement("RFC9051:9-4")
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("*", [2]),
        ("{last}:*", [2]),
        ("{above}:*", [2]),
        ("*:{above}", [2]),
        ("1:*", [0, 1, 2]),
        ("*:{first}", [0, 1, 2]),
    ],
)
def test_star_is_the_highest_uid(imap: ImapClient, folder: str, append: Append, text: str, found: list[int]) -> None:
    """`n:*` includes the last message even where n is above its UID, since ranges have no direction."""
    uids = [append(folder) for _ in range(3)]
    imap.select(folder)
    wanted = text.format(last=uids[2], above=uids[2] + 77, first=uids[0])
    expect.equal(sorted(imap.fetch(wanted, "FLAGS", uid=True)), [uids[index] for index in found], "UIDs fetched")


@requirement("RFC9051:9-4")
@pytest.mark.parametrize("command", ["UID FETCH 1:* FLAGS", "UID FETCH * FLAGS", r"UID STORE 1:* +FLAGS (\Seen)"])
def test_uid_ranges_of_an_empty_mailbox_are_empty(imap: ImapClient, folder: str, command: str) -> None:
    """There is nothing to do, which is no error."""
    imap.select(folder)
    expect.ok(imap.command(command))


@requirement("RFC9051:6.4.9-4", "RFC3501:6.4.8-1")
def test_uid_store_tells_the_uid(imap: ImapClient, folder: str, append: Append) -> None:
    """A FETCH response that UID STORE causes carries the UID."""
    append(folder)
    uid = append(folder)
    imap.select(folder)
    stored = imap.store(uid, "+FLAGS", [r"\Flagged"], uid=True)
    expect.equal(sorted(stored), [uid], "UIDs in the answer")


@requirement("RFC9051:6.4.9-5")
@pytest.mark.parametrize(
    "command", ["UID FETCH 0 FLAGS", "UID FETCH 1:0 FLAGS", "UID FETCH", "UID COPY 1", "UID EXPUNGE"]
)
def test_wrong_uid_commands_are_bad(imap: ImapClient, folder: str, append: Append, command: str) -> None:
    """Zero is no UID, and the arguments are needed."""
    append(folder)
    imap.select(folder)
    expect.bad(imap.command(command, on_purpose=True))


@requirement("RFC9051:2.3.1.1-3", "RFC9051:2.3.1.1-5", "RFC3501:2.3.1.1-2", "RFC3501:2.3.1.1-3")
def test_uids_are_the_same_in_another_session(imap: ImapClient, imap2: ImapClient, folder: str, append: Append) -> None:
    """Both sessions know the messages by the same UIDs, and a client finds them again after it has come back."""
    uids = [append(folder) for _ in range(3)]
    imap.select(folder)
    imap2.examine(folder)
    expect.equal(imap.search("ALL", uid=True), uids, "UIDs in one session")
    expect.equal(imap2.search("ALL", uid=True), uids, "UIDs in the other")
