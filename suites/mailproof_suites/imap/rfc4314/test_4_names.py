"""Which names a user sees and may move, RFC 4314 section 4."""

from __future__ import annotations

import pytest

from mailproof_suites.case import World, expect, needs, requirement
from mailproof_suites.imap.sharing import EVERYTHING, Shared

pytestmark = needs("imap:ACL", "role:other")


@requirement("RFC4314:4-1", "FOLD-07")
def test_l_makes_the_mailbox_visible(shared: Shared) -> None:
    """With l alone LIST tells the name."""
    expect.contains(shared.names(shared.enter("l")), shared.name, "names told to the guest")


@requirement("RFC4314:4-1", "RFC9051:5.1.2-4", "RFC2342:2-4", "FOLD-07")
def test_without_l_the_mailbox_is_not_listed(shared: Shared) -> None:
    """With every other right LIST is OK and does not tell the name."""
    expect.lacks(shared.names(shared.enter(EVERYTHING.replace("l", ""))), shared.name, "names told to the guest")


@requirement("RFC9051:6.3.9.5-2", "RFC5258:4-2", "RFC5258:8-1", "RFC3348:3-2", "RFC3348:6-1")
@needs("imap:LIST-EXTENDED|IMAP4rev2")
def test_children_out_of_sight_are_no_children(shared: Shared) -> None:
    r"""A mailbox whose only child the user may not see is \HasNoChildren, and \HasChildren once the user may."""
    child = f"{shared.folder}{shared.delimiter.decode()}child"
    shared.owner.create(child)
    shared.owner.command("DELETEACL", child, shared.account.address).require_ok()
    guest = shared.enter("lr")
    expect.that(
        guest.list_mailboxes("", shared.name, returns="CHILDREN")[0].has(rb"\HasNoChildren"),
        "the attributes while the child is out of sight",
        expected=r"\HasNoChildren",
        actual=guest.list_mailboxes("", shared.name, returns="CHILDREN")[0].attributes,
    )
    shared.grant("lr", child)
    told = shared.connect().list_mailboxes("", shared.name, returns="CHILDREN")[0]
    expect.that(told.has(rb"\HasChildren"), "the attributes", expected=r"\HasChildren", actual=told.attributes)


@requirement("RFC4314:4-7", "FOLD-07")
@pytest.mark.parametrize(
    ("parent", "child", "allowed"),
    [("lk", "lx", True), ("lrswipxtea", "lrswipkxtea", False), ("lrswipkxtea", "lrswipktea", False)],
    ids=["k and x", "without k for the parent", "without x for the mailbox"],
)
def test_rename_takes_x_and_k(shared: Shared, world: World, parent: str, child: str, allowed: bool) -> None:
    """Moving a mailbox below another takes x for it and k for the new parent."""
    moving, target = world.folder_name("-moving"), world.folder_name("-target")
    for name, rights in ((moving, child), (target, parent)):
        shared.owner.create(name)
        shared.grant(rights, name)
    guest = shared.connect()
    answer = guest.command(
        "RENAME",
        guest.mailbox(shared.name + b"-moving"),
        guest.mailbox(shared.name + b"-target" + shared.delimiter + b"moved"),
    )
    (expect.ok if allowed else expect.no)(answer)
    names = {each.mailbox for each in shared.owner.list_mailboxes("", f"{shared.folder}*")}
    expect.equal(moving.encode() in names, not allowed, "whether the old name is there")


@requirement("RFC4314:4-13")
def test_unsubscribe_takes_no_right(shared: Shared) -> None:
    """Who lost every right can still take the name off the list of subscriptions."""
    shared.enter("lr").subscribe(shared.name)
    guest = shared.enter("")
    expect.ok(guest.command("UNSUBSCRIBE", guest.mailbox(shared.name)))
