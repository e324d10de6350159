"""SETACL, DELETEACL, GETACL, LISTRIGHTS and MYRIGHTS, RFC 4314 sections 2.1.1 and 3."""

from __future__ import annotations

import pytest

from mailproof_suites.case import Account, Completion, expect, needs, requirement
from mailproof_suites.clients.imap import AclData, ListRightsData, MyRightsData
from mailproof_suites.imap.sharing import EVERYTHING, VIRTUAL, Shared, my_rights

pytestmark = needs("imap:ACL", "role:other")


def granted(shared: Shared, before: dict[bytes, set[str]]) -> set[str]:
    """Rights of the one entry that the list did not have before."""
    new = {identifier: rights for identifier, rights in shared.entries().items() if identifier not in before}
    expect.equal(len(new), 1, "new entries of the list")
    return next(iter(new.values()))


def set_acl(shared: Shared, rights: str, *, on_purpose: bool = False) -> Completion:
    """SETACL for the other account, whatever comes of it; rights that cannot be read are sent `on_purpose`."""
    return shared.owner.command("SETACL", shared.folder, shared.account.address, rights, on_purpose=on_purpose)


@requirement("RFC4314:3.1-1", "RFC4314:3.3-1", "FOLD-06")
@pytest.mark.parametrize("rights", ["lr", "lrs", "lrswipkxte", EVERYTHING, "i"])
def test_setacl_gives_what_it_names(shared: Shared, rights: str) -> None:
    """GETACL tells the new entry with these rights; giving others replaces them."""
    before = shared.entries()
    shared.grant("lrswit")
    shared.grant(rights)
    expect.equal(granted(shared, before), set(rights), "rights in the list")


@requirement("RFC4314:3.1-2", "FOLD-06")
@pytest.mark.parametrize(
    ("change", "after"), [("+sw", "lrsw"), ("-r", "l"), ("+r", "lr"), ("-w", "lr"), ("+", "lr"), ("-", "lr")]
)
def test_setacl_adds_and_takes_away(shared: Shared, change: str, after: str) -> None:
    """A plus sign adds to what is there, a minus sign takes away from it."""
    before = shared.entries()
    shared.grant(after)
    shared.grant("lr")
    expect.ok(set_acl(shared, change))
    expect.equal(granted(shared, before), set(after), "rights in the list")


@requirement("RFC4314:3.1-3", "RFC4314:3.1-4")
@pytest.mark.parametrize("rights", ["lrQ", "LR", "lrz", "+z", "l!", "lr+s"])
def test_unknown_rights_are_bad(shared: Shared, rights: str) -> None:
    """Nothing is granted where one letter means nothing."""
    before = shared.entries()
    expect.bad(set_acl(shared, rights, on_purpose=True))
    expect.equal(shared.entries(), before, "the list")


@requirement("RFC4314:3.2-1", "FOLD-06", "FOLD-13")
def test_deleteacl_takes_the_entry_away(shared: Shared) -> None:
    """The list is what it was before, and the other account has no right left."""
    before = shared.entries()
    shared.grant(EVERYTHING)
    expect.ok(shared.owner.command("DELETEACL", shared.folder, shared.account.address))
    expect.equal(shared.entries(), before, "the list")
    guest = shared.connect()
    expect.no(guest.command("SELECT", guest.mailbox(shared.name)))


@requirement("RFC4314:3.5-1", "FOLD-06")
@pytest.mark.parametrize("rights", ["lr", "lrs", "lrswite", EVERYTHING])
def test_myrights_tells_what_was_granted(shared: Shared, rights: str) -> None:
    """The other account is told the rights that it got."""
    expect.equal(my_rights(shared.enter(rights), shared.name), set(rights), "MYRIGHTS")


@requirement("RFC4314:3.5-1")
def test_the_owner_has_every_right(shared: Shared) -> None:
    """On a folder that it made itself, an account may do everything."""
    mine = my_rights(shared.owner, shared.folder)
    expect.that(mine >= set("lrswikxtea"), "MYRIGHTS of the owner", expected="lrswikxtea at least", actual=mine)


@requirement("RFC4314:2.1.1-1")
@pytest.mark.parametrize(("obsolete", "members"), [("d", "te"), ("c", "k")])
def test_obsolete_rights_stand_for_new_ones(shared: Shared, obsolete: str, members: str) -> None:
    """d gives t and e at least, c gives k at least."""
    expect.ok(set_acl(shared, f"lr{obsolete}"))
    mine = my_rights(shared.connect(), shared.name)
    expect.that(mine >= set(members), "MYRIGHTS", expected=f"{members} among them", actual=mine)


@requirement("RFC4314:2.1.1-2")
@pytest.mark.parametrize(("right", "obsolete"), [("t", "d"), ("e", "d"), ("k", "c")])
def test_obsolete_rights_are_shown(shared: Shared, right: str, obsolete: str) -> None:
    """ACL and MYRIGHTS show d beside t or e, and c beside k, for old clients."""
    guest = shared.enter(f"lr{right}")
    told = guest.command("MYRIGHTS", guest.mailbox(shared.name)).require_ok().only(MyRightsData).rights
    expect.contains(told, obsolete.encode(), "MYRIGHTS")
    entries = shared.owner.command("GETACL", shared.folder).require_ok().only(AclData).entries
    shown = [rights for _, rights in entries if right.encode() in rights]
    expect.that(all(obsolete.encode() in rights for rights in shown), "ACL", expected=obsolete, actual=shown)


@requirement("RFC4314:3.4-1", "RFC4314:3.7-1")
@pytest.mark.parametrize("whose", ["guest", "owner"])
def test_listrights_names_every_right_once(shared: Shared, account: Account, whose: str) -> None:
    """LISTRIGHTS echoes mailbox and identifier, and names each right at most once."""
    identifier = shared.account.address if whose == "guest" else account.address
    told = shared.owner.command("LISTRIGHTS", shared.folder, identifier).require_ok().only(ListRightsData)
    expect.equal(told.identifier, identifier.encode(), "identifier", requirement="RFC4314:3.4-1")
    named = b"".join((told.required, *told.optional)).decode()
    expect.equal(sorted(named), sorted(set(named)), "rights named", requirement="RFC4314:3.7-1")


@requirement("RFC4314:3.7-2")
def test_what_listrights_offers_can_be_granted(shared: Shared) -> None:
    """Each group of tied rights is granted as a whole."""
    told = shared.owner.command("LISTRIGHTS", shared.folder, shared.account.address).require_ok().only(ListRightsData)
    before = shared.entries()
    for group in told.optional:
        if set(group.decode()) & VIRTUAL:
            continue
        with expect.step(group.decode()):
            expect.ok(set_acl(shared, group.decode()))
            expect.equal(granted(shared, before), set((told.required + group).decode()) - VIRTUAL, "rights in the list")


@requirement("RFC4314:3.1-1", "FOLD-06")
def test_anyone_is_everybody(shared: Shared) -> None:
    """Rights of the identifier anyone hold for the other account, unless the server does not allow that."""
    answer = shared.owner.command("SETACL", shared.folder, "anyone", "lr")
    refusal = "the server does not share with everybody"
    expect.graded(answer.status, {"OK": "", "NO": refusal, "BAD": refusal}, "SETACL for anyone")
    if answer.ok:
        guest = shared.connect()
        expect.ok(guest.command("SELECT", guest.mailbox(shared.name)))
