"""CREATE and DELETE, RFC 9051 sections 6.3.4 and 6.3.5 (RFC 3501 sections 6.3.3 and 6.3.4)."""

import pytest

from mailproof_suites.case import Append, Capabilities, ImapClient, World, expect, requirement


def names(imap: ImapClient, pattern: str) -> set[str]:
    """Names of the mailboxes that can be selected, as sent."""
    found = imap.list_mailboxes("", pattern)
    return {each.mailbox.decode() for each in found if not each.has(rb"\Noselect") and not each.has(rb"\NonExistent")}


@requirement("RFC9051:6.3.4-1", "FOLD-01")
def test_a_created_mailbox_is_listed_and_empty(imap: ImapClient, world: World) -> None:
    """CREATE makes a mailbox that LIST shows and SELECT opens."""
    name = world.folder_name("-made")
    imap.create(name)
    expect.contains(names(imap, name), name, "names listed")
    expect.equal(imap.select(name).exists, 0, "messages in the new mailbox")


@requirement("RFC9051:6.3.4-2", "FOLD-01")
@pytest.mark.parametrize("name", ["INBOX", "inbox"])
def test_inbox_cannot_be_created(imap: ImapClient, name: str) -> None:
    """INBOX is there already, in any letter case."""
    expect.no(imap.command("CREATE", name))


@requirement("RFC9051:6.3.4-3", "FOLD-01")
def test_a_name_that_is_taken_cannot_be_created(imap: ImapClient, folder: str, append: Append) -> None:
    """CREATE of an existing mailbox is refused and leaves its messages alone."""
    uid = append(folder)
    expect.no(imap.command("CREATE", imap.mailbox(folder)))
    imap.select(folder)
    expect.equal(imap.search("ALL", uid=True), [uid], "messages afterwards")


@requirement("RFC9051:6.3.4-4", "RFC3501:6.3.3-2", "FOLD-01")
def test_missing_parents_are_created(imap: ImapClient, world: World, capabilities: Capabilities) -> None:
    """CREATE of a/b/c makes a and a/b, too."""
    if not (delimiter := capabilities.delimiter):
        pytest.skip("the server has no hierarchy of names")
    top = world.folder_name("-top")
    deep = delimiter.join([top, "middle", "bottom"])
    imap.create(deep)
    expect.contains(names(imap, deep), deep, "names listed")
    listed = {each.mailbox.decode() for each in imap.list_mailboxes("", top + "*")}
    expect.equal(listed, {top, f"{top}{delimiter}middle", deep}, "names listed below the first one")


@requirement("RFC9051:6.3.4-5", "RFC3501:6.3.3-1", "FOLD-01")
def test_a_delimiter_at_the_end_is_no_part_of_the_name(
    imap: ImapClient, world: World, capabilities: Capabilities
) -> None:
    """`CREATE a/` announces children; the name created is a."""
    if not (delimiter := capabilities.delimiter):
        pytest.skip("the server has no hierarchy of names")
    name = world.folder_name("-parent")
    expect.ok(imap.command("CREATE", imap.mailbox(name + delimiter)))
    listed = {each.mailbox.decode() for each in imap.list_mailboxes("", name + "*")}
    expect.equal(listed, {name}, "names listed")


@requirement(
    "RFC9051:6.3.4-6",
    "RFC9051:2.3.1.1-4",
    "RFC9051:6.3.5-6",
    "RFC3501:2.3.1.1-1",
    "RFC3501:6.3.3-3",
    "RFC3501:6.3.4-2",
    "FOLD-01",
)
def test_a_name_created_again_has_other_uids_or_another_uidvalidity(
    imap: ImapClient, folder: str, append: Append
) -> None:
    """A client that remembers (name, UIDVALIDITY, UID) never takes a new message for an old one."""
    old = {(imap.select(folder).uid_validity, append(folder)) for _ in range(3)}
    imap.select("INBOX")
    imap.delete(folder)
    imap.create(folder)
    new_uid = append(folder)
    expect.lacks(old, (imap.select(folder).uid_validity, new_uid), "pairs of UIDVALIDITY and UID used before")


@requirement("RFC9051:6.3.4-7")
@pytest.mark.parametrize("name", ['""', '"*"', '"%"'])
def test_names_that_are_patterns_or_empty_are_refused_or_work(imap: ImapClient, name: str) -> None:
    """An empty name cannot be created; the wildcards of LIST are better refused, too."""
    answer = imap.command("CREATE", name)
    if answer.ok:
        expect.ok(imap.command("DELETE", name))
    outcomes = {"NO": "", "BAD": ""} | ({"OK": "created"} if name != '""' else {})
    expect.graded(answer.status, outcomes, f"CREATE {name}")


@requirement("RFC9051:6.3.5-1", "FOLD-01")
def test_a_deleted_mailbox_is_gone(imap: ImapClient, folder: str) -> None:
    """DELETE takes the name away: neither LIST nor SELECT nor STATUS knows it."""
    imap.delete(folder)
    expect.lacks(names(imap, folder), folder, "names listed")
    expect.no(imap.command("SELECT", imap.mailbox(folder)))
    expect.no(imap.command("STATUS", imap.mailbox(folder), "(MESSAGES)"))


@requirement("RFC9051:6.3.5-2", "FOLD-01")
@pytest.mark.parametrize("name", ["INBOX", "inbox", "mailproof-there-is-no-such-folder"])
def test_inbox_and_missing_names_cannot_be_deleted(imap: ImapClient, name: str) -> None:
    """DELETE of INBOX or of a name that does not exist is refused."""
    expect.no(imap.command("DELETE", name))
    expect.ok(imap.command("STATUS", "INBOX", "(MESSAGES)"))


@requirement("RFC9051:6.3.5-3", "RFC9051:6.3.5-4", "RFC9051:6.3.5-5", "RFC3501:6.3.4-1", "FOLD-01")
def test_delete_does_not_remove_children(
    imap: ImapClient, folder: str, append: Append, capabilities: Capabilities
) -> None:
    """A mailbox with children is deleted alone, or not at all; the child keeps its messages."""
    if not (delimiter := capabilities.delimiter):
        pytest.skip("the server has no hierarchy of names")
    child = f"{folder}{delimiter}child"
    imap.create(child)
    uid = append(child)
    answer = imap.command("DELETE", imap.mailbox(folder))
    expect.one_of(answer.status, {"OK", "NO"}, "DELETE of a mailbox with children")
    expect.contains(names(imap, child), child, "names listed")
    imap.select(child)
    expect.equal(imap.search("ALL", uid=True), [uid], "messages of the child")
    if answer.ok:
        expect.lacks(names(imap, folder), folder, "mailboxes that can be selected")
        expect.no(imap.command("SELECT", imap.mailbox(folder)))
