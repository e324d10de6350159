"""UID EXPUNGE, RFC 4315 section 2.1."""

from __future__ import annotations

import pytest

from mailproof_suites.case import Append, ImapClient, expect, needs, requirement

pytestmark = needs("imap:UIDPLUS|IMAP4rev2")


@pytest.fixture
def uids(imap: ImapClient, folder: str, append: Append) -> list[int]:
    r"""UIDs of five messages in the selected folder; the first, second and fifth are \Deleted."""
    made = [append(folder, flags=[r"\Deleted"] if number in (1, 2, 5) else []) for number in range(1, 6)]
    imap.select(folder)
    return made


@requirement("RFC4315:2.1-1", "MAIL-08")
@pytest.mark.parametrize(
    ("places", "gone"),
    [([0], [0]), ([1, 4], [1, 4]), ([0, 2], [0]), ([0, 1, 2, 3, 4], [0, 1, 4])],
    ids=["one", "two", "one that is not marked", "all"],
)
def test_only_marked_messages_of_the_set_go(
    imap: ImapClient, uids: list[int], places: list[int], gone: list[int]
) -> None:
    """Other marked messages stay, as do messages of the set that are not marked."""
    expect.ok(imap.command("UID EXPUNGE", ",".join(str(uids[place]) for place in places)))
    left = [uid for place, uid in enumerate(uids) if place not in gone]
    expect.equal(sorted(imap.search("ALL", uid=True)), left, "messages left")


@requirement("RFC4315:2.1-1")
@pytest.mark.parametrize("set_", ["1:*", "*:1", "{first}:{second}"])
def test_ranges_are_ranges_of_uids(imap: ImapClient, uids: list[int], set_: str) -> None:
    """A range covers the UIDs between its ends, whichever comes first."""
    expect.ok(imap.command("UID EXPUNGE", set_.format(first=uids[1], second=uids[0])))
    left = uids[2:4] if "*" in set_ else uids[2:]
    expect.equal(sorted(imap.search("ALL", uid=True)), left, "messages left")


@requirement("RFC4315:2.1-2")
def test_nothing_to_expunge_is_ok(imap: ImapClient, uids: list[int]) -> None:
    """UIDs that do not exist, and messages that are not marked."""
    for set_ in (f"{uids[-1] + 10}:{uids[-1] + 20}", f"{uids[2]}:{uids[3]}"):
        answer = imap.command("UID EXPUNGE", set_)
        expect.ok(answer)
        expect.equal(answer.named("EXPUNGE", "VANISHED"), [], "removals told")
    expect.equal(sorted(imap.search("ALL", uid=True)), uids, "messages left")


@requirement("RFC4315:2.1-3")
def test_a_read_only_mailbox_keeps_everything(imap: ImapClient, folder: str, uids: list[int]) -> None:
    """After EXAMINE, UID EXPUNGE removes nothing."""
    imap.examine(folder)
    answer = imap.command("UID EXPUNGE 1:*")
    expect.graded(answer.status, {"NO": "", "BAD": "", "OK": "OK, though nothing was expunged"}, "the answer")
    expect.equal(sorted(imap.search("ALL", uid=True)), uids, "messages left")


@requirement("RFC4315:2.1-4")
@pytest.mark.parametrize("arguments", ["", " 0", " x", " 1:", " 1 2"])
def test_without_a_set_it_is_bad(imap: ImapClient, uids: list[int], arguments: str) -> None:
    """The set is mandatory, and has the grammar of sets."""
    expect.bad(imap.command(f"UID EXPUNGE{arguments}", on_purpose=True))
    expect.equal(sorted(imap.search("ALL", uid=True)), uids, "messages left")
