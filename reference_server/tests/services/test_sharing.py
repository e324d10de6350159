"""The operator's grants, the change log as others may see it, and annotations."""

import asyncio

import pytest

from mailproof_server.model.change import ChangeKind
from mailproof_server.model.errors import (
    CursorExpired,
    FolderNotFound,
    Invalid,
    NotFound,
    PermissionDenied,
    SendAsDenied,
    TooLarge,
    TooMany,
)
from mailproof_server.model.permission import AccountPermission, Right
from mailproof_server.services.delegation import SendRight

LOOK = Right.FOLDER_VISIBLE | Right.READ_ANY
MAIL = b"Subject: x\r\n\r\n"


@pytest.fixture
def alice(world):
    return world.user("alice")


@pytest.fixture
def bob(world):
    return world.user("bob")


def share(world, owner, folder, grantee, rights):
    world.run(world.services.permissions.set_grant(owner, folder.id, grantee.id, rights, reveal=True))


# -- grants on accounts ----------------------------------------------------------------------------------------------


def test_send_rights(world, alice, bob):
    delegation = world.services.delegation

    def right(address):
        return world.run(delegation.may_send(bob, address))

    assert right("Bob@example.test") is SendRight.OWN
    with pytest.raises(SendAsDenied):
        right("alice@example.test")
    with pytest.raises(Invalid):
        right("")
    world.run(delegation.grant(alice.account_id, bob.id, AccountPermission.SEND_ON_BEHALF))
    assert right("alice@example.test") is SendRight.ON_BEHALF
    world.run(delegation.grant(alice.account_id, bob.id, AccountPermission.SEND_AS))
    assert right("ALICE@example.test") is SendRight.SEND_AS
    world.run(delegation.revoke(alice.account_id, bob.id, AccountPermission.SEND_AS))
    assert right("alice@example.test") is SendRight.ON_BEHALF
    assert world.run(delegation.grants(alice.account_id)) == [(bob.id, AccountPermission.SEND_ON_BEHALF)]


def test_impossible_grants_are_refused(world, alice, bob):
    delegation = world.services.delegation
    staff = world.group("staff", bob)
    for call, refusal in [
        (delegation.grant(alice.account_id, staff.id, AccountPermission.FULL_ACCESS), Invalid),
        (delegation.grant(alice.account_id, alice.id, AccountPermission.SEND_AS), Invalid),
        (delegation.grant(999, bob.id, AccountPermission.SEND_AS), NotFound),
        (delegation.grant(alice.account_id, 999, AccountPermission.SEND_AS), NotFound),
        (delegation.revoke(alice.account_id, bob.id, AccountPermission.SEND_AS), NotFound),
    ]:
        with pytest.raises(refusal):
            world.run(call)


# -- changes ---------------------------------------------------------------------------------------------------------


def test_changes_of_a_folder_are_told_to_those_who_may_read_it(world, alice, bob):
    changes = world.services.changes
    inbox = world.folder(alice)
    start = world.run(changes.modseq(alice.account_id))
    world.append(alice, inbox, MAIL)
    (change,) = world.run(changes.since(alice, alice.account_id, start, inbox.id))
    assert (change.kind, change.folder_id, change.uids) == (ChangeKind.CREATED, inbox.id, ((1, 1),))
    assert change.modseq == world.run(changes.modseq(alice.account_id)) == start + 1
    with pytest.raises(FolderNotFound):
        world.run(changes.since(bob, alice.account_id, start, inbox.id))
    share(world, alice, inbox, bob, Right.FOLDER_VISIBLE)
    with pytest.raises(PermissionDenied):
        world.run(changes.since(bob, alice.account_id, start, inbox.id))
    share(world, alice, inbox, bob, LOOK)
    assert change in world.run(changes.since(bob, alice.account_id, start, inbox.id))


def test_changes_of_an_account_are_told_as_far_as_folders_are_visible(world, alice, bob):
    changes = world.services.changes
    inbox = world.folder(alice)
    secret = world.run(world.services.folders.create(alice, alice.account_id, "Secret")).folder
    start = world.run(changes.modseq(alice.account_id))
    world.append(alice, secret, MAIL)
    world.append(alice, inbox, MAIL)
    world.run(world.services.folders.remove(alice, alice.account_id, "Secret"))
    assert world.run(changes.since(bob, alice.account_id, start)) == []
    share(world, alice, inbox, bob, Right.FOLDER_VISIBLE)
    assert {each.folder_id for each in world.run(changes.since(bob, alice.account_id, start))} == {inbox.id}
    everything = {each.folder_id for each in world.run(changes.since(alice, alice.account_id, start))}
    assert everything == {inbox.id, secret.id}
    world.run(world.services.delegation.grant(alice.account_id, bob.id, AccountPermission.FULL_ACCESS))
    assert {each.folder_id for each in world.run(changes.since(bob, alice.account_id, start))} > everything


def test_a_cursor_below_the_pruned_log_has_expired(world, alice):
    newest = world.run(world.services.changes.modseq(alice.account_id))
    world.run(world.store.write(lambda transaction: transaction.prune_log(alice.account_id, newest)))
    with pytest.raises(CursorExpired):
        world.run(world.services.changes.since(alice, alice.account_id, newest - 1))


def test_waiters_are_woken_after_the_commit(world, alice, bob):
    inbox = world.folder(alice)

    async def act():
        woken = asyncio.Queue()
        undo = world.services.changes.watch(alice.account_id, woken.put_nowait)
        await world.store.write(lambda transaction: transaction.set_special_uses(inbox.id, ["\\Archive"]))
        modseq = await asyncio.wait_for(woken.get(), 20)
        assert modseq == await world.services.changes.modseq(alice.account_id)
        undo()
        await world.store.write(lambda transaction: transaction.set_special_uses(inbox.id, []))
        return woken.qsize()

    assert world.run(act()) == 0


# -- annotations -----------------------------------------------------------------------------------------------------


def annotations(world, who, owner, folder=None):
    return world.run(world.services.annotations.get(who, owner.account_id, None if folder is None else folder.id))


def annotate(world, who, owner, folder=None, **entries):
    named = {name.replace("__", "/"): value for name, value in entries.items()}
    world.run(world.services.annotations.set(who, owner.account_id, None if folder is None else folder.id, named))


def test_private_entries_are_ones_own_and_shared_ones_everybodys(world, alice, bob):
    inbox = world.folder(alice)
    share(world, alice, inbox, bob, LOOK)
    annotate(world, alice, alice, inbox, __Private__Comment=b"mine\0", __shared__comment=b"ours")
    annotate(world, bob, alice, inbox, __private__comment=b"bob's")
    assert annotations(world, alice, alice, inbox) == {"/private/comment": b"mine\0", "/shared/comment": b"ours"}
    assert annotations(world, bob, alice, inbox) == {"/private/comment": b"bob's", "/shared/comment": b"ours"}
    annotate(world, alice, alice, inbox, __private__comment=None, __shared__nothing=None)
    assert annotations(world, alice, alice, inbox) == {"/shared/comment": b"ours"}


def test_rights_on_annotations(world, alice, bob):
    inbox = world.folder(alice)
    with pytest.raises(FolderNotFound):
        annotations(world, bob, alice, inbox)
    with pytest.raises(PermissionDenied):
        annotations(world, bob, alice)
    share(world, alice, inbox, bob, Right.FOLDER_VISIBLE)
    with pytest.raises(PermissionDenied):
        annotations(world, bob, alice, inbox)
    share(world, alice, inbox, bob, LOOK)
    with pytest.raises(PermissionDenied):
        annotate(world, bob, alice, inbox, __private__a=b"1", __shared__a=b"1")
    assert annotations(world, bob, alice, inbox) == {}
    share(world, alice, inbox, bob, LOOK | Right.WRITE_FLAGS)
    annotate(world, bob, alice, inbox, __private__a=b"1", __shared__a=b"1")


def test_an_account_has_entries_of_its_own(world, alice):
    annotate(world, alice, alice, None, __private__vendor__x=b"1")
    assert annotations(world, alice, alice) == {"/private/vendor/x": b"1"}
    assert annotations(world, alice, alice, world.folder(alice)) == {}


@pytest.mark.parametrize(
    "name",
    [
        *("", "/", "/private", "/private/", "private/x", "/public/x", "/private//x", "/private/x/"),
        *("/shared/*", "/shared/%", "/shared/ü", "/shared/a\nb"),
    ],
)
def test_names_that_are_no_entries_are_refused(world, alice, name):
    with pytest.raises(Invalid):
        world.run(world.services.annotations.set(alice, alice.account_id, None, {name: b"x"}))


def test_annotations_are_limited(world, alice):
    world.limit(annotation_bytes=10, annotations_per_folder=2)
    with pytest.raises(TooLarge):
        annotate(world, alice, alice, None, __private__a=b"x" * 11)
    annotate(world, alice, alice, None, __private__a=b"x" * 10, __private__b=b"")
    with pytest.raises(TooMany):
        annotate(world, alice, alice, None, __private__c=b"x")
    annotate(world, alice, alice, None, __private__c=b"x", __private__a=None)
    annotate(world, alice, alice, None, __private__c=b"y")
    assert annotations(world, alice, alice) == {"/private/b": b"", "/private/c": b"y"}
