"""LIST … RETURN (STATUS …), RFC 5819."""

from __future__ import annotations

import pytest

from mailproof_suites.case import Append, ImapClient, World, expect, needs, requirement
from mailproof_suites.clients.imap import ListData, StatusData
from mailproof_suites.imap.sharing import find_shared

pytestmark = needs("imap:LIST-STATUS|IMAP4rev2")


@pytest.fixture
def names(imap: ImapClient, world: World, append: Append) -> list[str]:
    """Three mailboxes with 0, 1 and 2 messages, of which the last is read."""
    made = [world.folder_name(f"-{number}") for number in range(3)]
    for number, name in enumerate(made):
        imap.create(name)
        for place in range(number):
            append(name, flags=[r"\Seen"] if place else [])
    return made


@requirement("RFC5819:2-1", "RFC5819:2-2", "RFC9051:6.3.9.2-3", "FOLD-05")
@pytest.mark.parametrize("items", ["MESSAGES", "MESSAGES UNSEEN UIDNEXT UIDVALIDITY"])
def test_each_mailbox_has_its_status(imap: ImapClient, world: World, names: list[str], items: str) -> None:
    """One STATUS for each LIST, with just the items asked for, equal to what STATUS tells."""
    answer = imap.command("LIST", '""', world.folder_name("-%"), f"RETURN (STATUS ({items}))")
    expect.ok(answer)
    told = {each.mailbox.decode(): dict(each.items) for each in answer.of(StatusData)}
    expect.equal(sorted(told), names, "mailboxes with STATUS", requirement="RFC5819:2-1")
    for name in names:
        expect.equal(told[name], dict(imap.status(name, items).items), f"STATUS of {name}", requirement="RFC5819:2-2")


@requirement("RFC5819:2-1", "RFC9051:6.3.9.2-3")
def test_status_follows_its_list(imap: ImapClient, world: World, names: list[str]) -> None:
    """The STATUS response of a mailbox comes after its LIST response."""
    answer = imap.command("LIST", '""', world.folder_name("-%"), "RETURN (STATUS (MESSAGES))")
    order = [(each.name, each.data.mailbox.decode()) for each in answer.named("LIST", "STATUS")]
    for name in names:
        places = order.index(("LIST", name)), order.index(("STATUS", name))
        expect.that(places[0] < places[1], f"responses about {name}", expected="LIST, then STATUS", actual=order)


@requirement("RFC5819:2-1", "RFC9051:6.3.9.2-3")
def test_status_goes_with_other_options(imap: ImapClient, names: list[str]) -> None:
    """With a selection and further return options, STATUS comes for what is selected."""
    imap.subscribe(names[2])
    try:
        base = names[2][:-1]
        answer = imap.command(
            "LIST", "(SUBSCRIBED)", '""', f"{base}%", "RETURN (CHILDREN STATUS (MESSAGES) SUBSCRIBED)"
        )
        expect.ok(answer)
        expect.equal(
            [(each.mailbox.decode(), dict(each.items)) for each in answer.of(StatusData)],
            [(names[2], {"MESSAGES": 2})],
            "STATUS",
        )
    finally:
        imap.unsubscribe(names[2])


@requirement("RFC5819:2-4")
def test_parents_shown_for_children_have_no_status(imap: ImapClient, world: World, folder: str) -> None:
    """A name that is only listed because a descendant is subscribed is not selected, so it gets no STATUS."""
    delimiter = world.capabilities.delimiter
    child = f"{folder}{delimiter}child"
    imap.create(child)
    imap.subscribe(child)
    try:
        answer = imap.command("LIST (SUBSCRIBED RECURSIVEMATCH)", '""', f"{folder}", "RETURN (STATUS (MESSAGES))")
        expect.ok(answer)
        expect.equal([each.mailbox for each in answer.of(ListData)], [folder.encode()], "names listed")
        expect.equal(answer.of(StatusData), [], "STATUS responses")
    finally:
        imap.unsubscribe(child)


@requirement("RFC5819:2-3", "RFC9051:6.3.9.2-4", "FOLD-11")
@needs("imap:ACL", "role:other")
def test_a_mailbox_that_may_not_be_opened(imap: ImapClient, folder: str, world: World) -> None:
    r"""With the right to see but not to read, the mailbox is listed as \NoSelect and has no STATUS."""
    account = world.lease("other")
    shared = find_shared(imap, folder, account, lambda: world.connect_imap(account))
    guest = shared.enter("l")
    answer = guest.command("LIST", '""', guest.mailbox(shared.name), "RETURN (STATUS (MESSAGES))")
    expect.ok(answer)
    expect.equal([each.has(rb"\NoSelect") for each in answer.of(ListData)], [True], r"\NoSelect of the one name")
    expect.equal(answer.of(StatusData), [], "STATUS responses")
