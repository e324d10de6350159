"""What a listed name is good for, RFC 9051 sections 6.3.9 and 7.3.1 (RFC 3501 sections 6.3.8 and 7.2.2)."""

import pytest

from mailproof_suites.case import Capabilities, ImapClient, World, expect, needs, requirement
from mailproof_suites.clients.imap import ListData, quoted

CLOSED = (rb"\Noselect", rb"\NonExistent")


@pytest.fixture
def names(imap: ImapClient, world: World, capabilities: Capabilities) -> list[ListData]:
    """Everything that LIST tells, among it names of the case's own with a parent, a space and specials."""
    for suffix in ("", f"{capabilities.delimiter}child one", "-a(b)", '-quote"d'):
        imap.command("CREATE", quoted(world.folder_name(suffix).encode()))
    return imap.list_mailboxes("", "*")


@requirement("RFC9051:7.3.1-2", "RFC3501:7.2.2-2")
def test_a_listed_name_is_a_reference(imap: ImapClient, names: list[ListData]) -> None:
    """LIST takes each name as its reference, with and without the delimiter behind it."""
    for each in names:
        for reference in (each.mailbox, each.mailbox + (each.delimiter or b"")):
            expect.ok(imap.command("LIST", quoted(reference), '"%"'))


@requirement("RFC9051:7.3.1-3", "RFC3501:7.2.2-3")
def test_a_listed_name_can_be_opened(imap: ImapClient, names: list[ListData]) -> None:
    r"""EXAMINE opens each name that is told without \Noselect and \NonExistent, written as it was told."""
    for each in names:
        if not any(each.has(attribute) for attribute in CLOSED):
            expect.ok(imap.command("EXAMINE", quoted(each.mailbox)))


@requirement("RFC9051:6.3.9-9", "RFC5258:3-8")
@pytest.mark.parametrize("pattern", ["&-&", "&Jjo!", "~nobody/*", "#news.*", "//*", "a//b%", "%" * 200])
def test_a_pattern_that_finds_nothing_is_no_error(imap: ImapClient, pattern: str) -> None:
    """Whatever the server thinks of the pattern, LIST is OK."""
    expect.ok(imap.command("LIST", '""', quoted(pattern)))


@requirement("RFC9051:6.3.9.2-2", "RFC5258:3.2-2")
@needs("imap:LIST-EXTENDED|IMAP4rev2")
def test_marking_subscriptions_keeps_the_other_attributes(imap: ImapClient, names: list[ListData]) -> None:
    r"""RETURN (SUBSCRIBED CHILDREN) tells of each name what RETURN (CHILDREN) tells, and perhaps \Subscribed."""
    del names

    def told(returns: str) -> dict[bytes, set[bytes]]:
        found = imap.list_mailboxes("", "*", returns=returns)
        return {each.mailbox: {one.lower() for one in each.attributes} - {rb"\subscribed"} for each in found}

    expect.equal(told("SUBSCRIBED CHILDREN"), told("CHILDREN"), "attributes beside those of RETURN (CHILDREN)")


@requirement("RFC9051:6.3.2-6")
@needs("imap:IMAP4rev2")
@pytest.mark.parametrize("parent", [True, False], ids=["parent", "leaf"])
def test_select_lists_true_attributes(
    rev2: ImapClient, imap: ImapClient, folder: str, capabilities: Capabilities, parent: bool
) -> None:
    """What the LIST response of SELECT says of children and selectability is what LIST says."""
    if parent:
        imap.create(f"{folder}{capabilities.delimiter}child")
    listed = imap.list_mailboxes("", folder, returns="CHILDREN")[0]
    told = rev2.select(folder).completion.only(ListData)
    true = {each.lower() for each in listed.attributes}
    wrong = {each.lower() for each in told.attributes} - true - {rb"\subscribed", rb"\marked", rb"\unmarked"}
    expect.equal(sorted(wrong), [], f"attributes told by SELECT that LIST, with {sorted(true)}, does not tell")


@requirement("RFC9051:6.3.4-10", "RFC9051:6.3.6-10", "RFC5465:5.4-3")
@needs("imap:IMAP4rev2")
@pytest.mark.parametrize("verb", ["CREATE", "RENAME"])
def test_a_mailbox_that_is_subscribed_unasked_is_told_so(
    rev2: ImapClient, folder: str, world: World, verb: str
) -> None:
    r"""If CREATE or RENAME sends a LIST response for a name that it subscribed, that has \Subscribed."""
    name = world.folder_name("-new")
    arguments = [rev2.mailbox(name)] if verb == "CREATE" else [rev2.mailbox(folder), rev2.mailbox(name)]
    answer = rev2.command(verb, *arguments)
    expect.ok(answer)
    subscribed = {each.mailbox for each in rev2.list_mailboxes("", name, select="SUBSCRIBED")}
    for each in answer.of(ListData):
        if each.mailbox in subscribed:
            expect.that(each.has(rb"\Subscribed"), "LIST response", expected=r"\Subscribed", actual=each.attributes)
