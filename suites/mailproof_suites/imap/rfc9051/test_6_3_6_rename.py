"""RENAME, RFC 9051 section 6.3.6 (RFC 3501 section 6.3.5)."""

import pytest

from mailproof_suites.case import Append, Capabilities, ImapClient, MakeMessage, World, expect, requirement


@requirement("RFC9051:6.3.6-1", "FOLD-02")
def test_rename_takes_the_messages_along(imap: ImapClient, folder: str, world: World, append: Append) -> None:
    """The old name is gone, and the new one holds the same message with its flags."""
    append(folder, flags=[r"\Flagged"])
    new = world.folder_name("-renamed")
    imap.rename(folder, new)
    expect.no(imap.command("SELECT", imap.mailbox(folder)))
    expect.equal(imap.select(new).exists, 1, "messages under the new name")
    flags = {flag.lower() for flag in imap.fetch(1, "FLAGS").only().flags or ()}
    expect.contains(flags, rb"\flagged", "flags of the message")


@requirement("RFC9051:6.3.6-2", "FOLD-02")
def test_a_missing_mailbox_cannot_be_renamed(imap: ImapClient, world: World) -> None:
    """RENAME from a name that does not exist is refused and creates nothing."""
    new = world.folder_name("-new")
    expect.no(imap.command("RENAME", imap.mailbox(world.folder_name("-missing")), imap.mailbox(new)))
    expect.equal(imap.list_mailboxes("", new), [], "LIST of the new name")


@requirement("RFC9051:6.3.6-3", "FOLD-02")
def test_rename_does_not_overwrite(imap: ImapClient, folder: str, world: World, append: Append) -> None:
    """RENAME to a name that exists is refused; both mailboxes keep what they have."""
    taken = world.folder_name("-taken")
    imap.create(taken)
    append(folder)
    append(taken)
    append(taken)
    expect.no(imap.command("RENAME", imap.mailbox(folder), imap.mailbox(taken)))
    counts = [imap.status(name, "MESSAGES").items["MESSAGES"] for name in (folder, taken)]
    expect.equal(counts, [1, 2], "messages in both")


@requirement("RFC9051:6.3.6-3", "FOLD-02")
def test_nothing_is_renamed_to_inbox(imap: ImapClient, folder: str) -> None:
    """INBOX exists, so it is no new name, in any letter case."""
    expect.no(imap.command("RENAME", imap.mailbox(folder), "inbox"))
    expect.ok(imap.command("STATUS", imap.mailbox(folder), "(MESSAGES)"))


@requirement("RFC9051:6.3.6-4", "RFC3501:6.3.5-1", "FOLD-02")
def test_children_are_renamed_along(
    imap: ImapClient, folder: str, world: World, append: Append, capabilities: Capabilities
) -> None:
    """a/b/c becomes z/b/c when a becomes z, with its messages."""
    if not (delimiter := capabilities.delimiter):
        pytest.skip("the server has no hierarchy of names")
    below = f"{delimiter}child{delimiter}grandchild"
    imap.create(folder + below)
    uid = append(folder + below)
    new = world.folder_name("-renamed")
    imap.rename(folder, new)
    imap.select(new + below)
    expect.equal(imap.search("ALL", uid=True), [uid], "messages of the grandchild under its new name")
    # A server may go on listing the old name as \NonExistent, but not as something to select.
    expect.no(imap.command("SELECT", imap.mailbox(folder + below)))


@requirement("RFC9051:6.3.6-5", "RFC3501:6.3.5-2", "FOLD-02")
def test_parents_of_the_new_name_are_created(
    imap: ImapClient, folder: str, world: World, capabilities: Capabilities
) -> None:
    """RENAME to a/b/c makes a and a/b as CREATE does."""
    if not (delimiter := capabilities.delimiter):
        pytest.skip("the server has no hierarchy of names")
    top = world.folder_name("-top")
    new = delimiter.join([top, "middle", "bottom"])
    imap.rename(folder, new)
    listed = {each.mailbox.decode() for each in imap.list_mailboxes("", top + "*")}
    expect.equal(listed, {top, f"{top}{delimiter}middle", new}, "names listed")


@requirement("RFC9051:6.3.6-6", "FOLD-02")
def test_renaming_inbox_moves_its_messages_and_leaves_it_empty(
    imap: ImapClient, inbox: str, world: World, append: Append, make_message: MakeMessage
) -> None:
    """RENAME INBOX makes a mailbox with the inbox's messages; INBOX stays, without them."""
    message = make_message()
    append(inbox, message)
    new = world.folder_name("-from-inbox")
    answer = imap.command("RENAME", "INBOX", imap.mailbox(new))
    expect.graded(answer.status, {"OK": "", "NO": "the server does not rename INBOX"}, "RENAME INBOX")
    if answer.ok:
        expect.equal(imap.select("INBOX").exists, 0, "messages in INBOX")
        told = imap.select(new)
        expect.that(told.exists, "messages in the new mailbox", expected="at least 1", actual=told.exists)
        expect.equal(imap.fetch("*", "BODY.PEEK[]").only().body, message, "the last message of the new mailbox")


@requirement("RFC9051:6.3.6-7", "RFC9051:2.3.1.1-4", "RFC3501:2.3.1.1-1", "RFC3501:6.3.5-3", "FOLD-02")
def test_a_name_freed_by_rename_gives_no_old_identifiers(
    imap: ImapClient, folder: str, world: World, append: Append
) -> None:
    """A mailbox created under a name that RENAME freed has other UIDs, or another UIDVALIDITY."""
    old = {(imap.select(folder).uid_validity, append(folder)) for _ in range(2)}
    imap.select("INBOX")
    imap.rename(folder, world.folder_name("-renamed"))
    imap.create(folder)
    uid = append(folder)
    expect.lacks(old, (imap.select(folder).uid_validity, uid), "pairs of UIDVALIDITY and UID used before")


@requirement("RFC9051:6.3.6-8", "FOLD-02")
def test_a_mailbox_does_not_become_its_own_child(
    imap: ImapClient, folder: str, append: Append, capabilities: Capabilities
) -> None:
    """RENAME a to a/b loses nothing, whether it is done or refused."""
    if not (delimiter := capabilities.delimiter):
        pytest.skip("the server has no hierarchy of names")
    append(folder)
    answer = imap.command("RENAME", imap.mailbox(folder), imap.mailbox(f"{folder}{delimiter}below"))
    where = f"{folder}{delimiter}below" if answer.ok else folder
    expect.equal(imap.status(where, "MESSAGES").items["MESSAGES"], 1, f"messages in {where}")
