"""STATUS, RFC 9051 section 6.3.11 (RFC 3501 section 6.3.10)."""

import pytest

from mailproof_suites.case import Append, ImapClient, MakeMessage, World, expect, needs, requirement


@requirement("RFC9051:6.3.11-1")
def test_the_numbers_of_status_are_right(imap: ImapClient, folder: str, append: Append) -> None:
    """MESSAGES and UNSEEN count, UIDNEXT is above the last UID, UIDVALIDITY is that of SELECT."""
    append(folder, flags=[r"\Seen"])
    append(folder)
    last = append(folder, flags=[r"\Flagged"])
    items = imap.status(folder, "MESSAGES UNSEEN UIDNEXT UIDVALIDITY").items
    expect.equal(items["MESSAGES"], 3, "MESSAGES")
    expect.equal(items["UNSEEN"], 2, "UNSEEN")
    expect.that(items["UIDNEXT"] > last, "UIDNEXT", expected=f"above {last}", actual=items["UIDNEXT"])
    expect.equal(items["UIDVALIDITY"], imap.select(folder).uid_validity, "UIDVALIDITY")


@requirement("RFC9051:6.3.11-2")
@pytest.mark.parametrize("item", ["MESSAGES", "UIDNEXT", "UIDVALIDITY", "UNSEEN"])
def test_each_item_comes_alone(imap: ImapClient, folder: str, item: str) -> None:
    """Only what was asked for is told."""
    expect.equal(set(imap.status(folder, item).items), {item}, "items told")


@requirement("RFC9051:6.3.11-3")
def test_status_leaves_the_selected_mailbox_selected(
    imap: ImapClient, folder: str, world: World, append: Append
) -> None:
    """STATUS of another mailbox does not change what is selected."""
    other = world.folder_name("-other")
    imap.create(other)
    append(folder)
    imap.select(folder)
    expect.equal(imap.status(other, "MESSAGES").items["MESSAGES"], 0, "MESSAGES of the other mailbox")
    expect.equal(len(imap.fetch(1, "FLAGS")), 1, "FETCH data from the selected mailbox")


@requirement("RFC9051:6.3.11-4")
def test_status_of_a_missing_mailbox_is_refused(imap: ImapClient, world: World) -> None:
    """There is no status for a name that does not exist, and nothing is told of it."""
    answer = imap.command("STATUS", imap.mailbox(world.folder_name("-missing")), "(MESSAGES)")
    expect.no(answer)
    expect.equal(answer.named("STATUS"), [], "STATUS responses")


@requirement("RFC9051:6.3.11-5", "RFC9051:6.3.11-8")
def test_status_of_the_selected_mailbox_is_right(imap: ImapClient, folder: str, append: Append) -> None:
    """A server answers for the selected mailbox, too, and as truly as for others."""
    append(folder)
    imap.select(folder)
    imap.store(1, "+FLAGS", [r"\Seen"])
    append(folder)
    expect.equal(dict(imap.status(folder, "MESSAGES UNSEEN").items), {"MESSAGES": 2, "UNSEEN": 1}, "STATUS")


@requirement("RFC9051:6.3.11-6", "FOLD-05")
@needs("imap:STATUS=SIZE|IMAP4rev2")
def test_size_is_at_least_what_the_messages_have(
    imap: ImapClient, folder: str, append: Append, make_message: MakeMessage
) -> None:
    """SIZE is the sum of RFC822.SIZE, or more; it is 0 for an empty mailbox."""
    expect.equal(imap.status(folder, "SIZE").items["SIZE"], 0, "SIZE of an empty mailbox")
    sizes = []
    for length in (1, 5000, 70000):
        message = make_message(body="x" * 60 + "\n" + ("y" * 60 + "\n") * (length // 62))
        append(folder, message)
        sizes.append(len(message))
    size = imap.status(folder, "SIZE").items["SIZE"]
    expect.that(size >= sum(sizes), "SIZE", expected=f"at least {sum(sizes)}", actual=size)


@requirement("RFC9051:6.3.11-7")
@needs("imap:IMAP4rev2")
def test_deleted_counts_what_is_marked(imap: ImapClient, folder: str, append: Append) -> None:
    r"""STATUS (DELETED) is the number of messages with \Deleted."""
    for flags in ([r"\Deleted"], [], [r"\Deleted", r"\Seen"]):
        append(folder, flags=flags)
    expect.equal(imap.status(folder, "DELETED").items["DELETED"], 2, "DELETED")
