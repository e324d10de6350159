"""LIST … RETURN (MYRIGHTS), RFC 8440."""

from __future__ import annotations

import pytest

from mailproof_suites.case import ImapClient, World, expect, needs, requirement
from mailproof_suites.clients.imap import ListData, MyRightsData
from mailproof_suites.imap.sharing import find_shared, letters, my_rights

pytestmark = needs("imap:LIST-MYRIGHTS")


@requirement("RFC8440:3-1", "RFC8440:3-2", "RFC8440:3-4")
def test_each_mailbox_has_its_rights(imap: ImapClient, world: World) -> None:
    """A MYRIGHTS response for each LIST response, behind it, with what MYRIGHTS tells."""
    names = [world.folder_name(f"-{number}") for number in range(3)]
    for name in names:
        imap.create(name)
    answer = imap.command("LIST", '""', world.folder_name("-%"), "RETURN (MYRIGHTS)")
    expect.ok(answer)
    told = {each.mailbox.decode(): letters(each.rights) for each in answer.of(MyRightsData)}
    expect.equal(told, {name: my_rights(imap, name) for name in names}, "MYRIGHTS", requirement="RFC8440:3-1")
    order = [(each.name, each.data.mailbox.decode()) for each in answer.named("LIST", "MYRIGHTS")]
    for name in names:
        late = order.index(("LIST", name)) < order.index(("MYRIGHTS", name))
        expect.that(late, f"responses about {name}", expected="LIST first", actual=order, requirement="RFC8440:3-2")


@requirement("RFC8440:3-3", "FOLD-06")
@needs("imap:ACL", "role:other")
@pytest.mark.parametrize("rights", ["l", "lr", "lrswite"])
def test_a_guest_is_told_its_own_rights(imap: ImapClient, folder: str, world: World, rights: str) -> None:
    """On a shared mailbox the response holds the rights that were granted."""
    account = world.lease("other")
    shared = find_shared(imap, folder, account, lambda: world.connect_imap(account))
    guest = shared.enter(rights)
    answer = guest.command("LIST", '""', guest.mailbox(shared.name), "RETURN (MYRIGHTS)")
    expect.ok(answer)
    expect.equal([letters(each.rights) for each in answer.of(MyRightsData)], [set(rights)], "MYRIGHTS")


@requirement("RFC8440:3-1", "RFC8440:3-4")
@needs("imap:LIST-STATUS|IMAP4rev2")
def test_rights_and_status_come_together(imap: ImapClient, folder: str) -> None:
    """Two return options at once: each answers."""
    answer = imap.command("LIST", '""', folder, "RETURN (MYRIGHTS STATUS (MESSAGES))")
    expect.ok(answer)
    counts = [len(answer.named(name)) for name in ("LIST", "MYRIGHTS", "STATUS")]
    expect.equal(counts, [1, 1, 1], "LIST, MYRIGHTS and STATUS responses")
    expect.equal(answer.only(ListData).mailbox, folder.encode(), "name listed")
