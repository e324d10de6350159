"""Rights: unions, groups, what implies what, and that taking them away takes effect at once."""

from functools import reduce
from itertools import count
from operator import or_

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailproof_server.model.account import Principal
from mailproof_server.model.errors import FolderNotFound, Invalid, NotFound, PermissionDenied
from mailproof_server.model.folder import Folder, FolderKind, FolderRole
from mailproof_server.model.permission import DELETES, EDITS, AccountPermission, Anyone, Grant, Right, implied, without
from mailproof_server.services.permissions import rights_of

SOME_RIGHTS = st.lists(st.sampled_from(list(Right)), max_size=6).map(lambda bits: reduce(or_, bits, Right(0)))


COARSE = Right.EDIT_ANY | Right.DELETE_ANY | Right.FOLDER_OWNER | Right.EDIT_OWNED | Right.DELETE_OWNED
"""Taking one of these away takes the finer rights in it away as well."""
STAMPS = count(1)


class GrantsOnly:
    """The part of a View that rights are computed from."""

    def __init__(self, grants, groups, full_access=()):
        self.grants = grants
        self.groups = groups
        self.full_access = full_access
        self.stamp = next(STAMPS)

    def grants_stamp(self):
        return self.stamp

    def folder_grants(self, folder_id):
        return self.grants

    def groups_of(self, principal_id):
        return frozenset(self.groups)

    def account_grants(self, owner):
        return [(each, AccountPermission.FULL_ACCESS) for each in self.full_access]


def folder_of(account_id):
    counters = (1, 1, 1, 1, 0, 0, 0, 0, 0)
    return Folder(1, account_id, 2, "INBOX", "INBOX", FolderKind.MAIL, FolderRole.INBOX, (), True, *counters)


@given(
    st.lists(st.tuples(st.sampled_from([2, 3, 4, 5, Anyone.DEFAULT, Anyone.ANONYMOUS]), SOME_RIGHTS), max_size=8),
    st.sets(st.sampled_from([3, 4, 5])),
)
@settings(max_examples=200)
def test_rights_are_the_union_of_all_grants_that_name_the_principal(grants, groups):
    bob = Principal(2, "bob@example.test", 20)
    view = GrantsOnly([Grant(grantee, rights) for grantee, rights in grants], groups)
    held = rights_of(view, bob, folder_of(10))
    named = [rights for grantee, rights in grants if grantee in {2, Anyone.DEFAULT} or grantee in groups]
    assert held == implied(reduce(or_, named, Right(0)))


@given(SOME_RIGHTS, SOME_RIGHTS)
def test_what_is_taken_away_is_gone_and_the_rest_stays(held, removed):
    left = without(held, removed)
    assert not implied(left) & removed
    assert implied(held) & ~removed == implied(left) | (implied(held) & ~removed)
    fine = [right for right in Right if right.value >= 0x10000]
    if not removed & COARSE:
        assert all(right in left for right in fine if right in implied(held) and right not in removed)
    # Who may no longer edit others' items may not edit their own ones either, when that was what was taken away.
    assert not (removed & EDITS and Right.EDIT_OWNED in left)
    assert not (removed & DELETES and Right.DELETE_OWNED in left)


@given(SOME_RIGHTS)
def test_implying_twice_adds_nothing(rights):
    assert implied(implied(rights)) == implied(rights)
    assert rights in implied(rights)


def test_owner_and_full_access_hold_everything():
    owner, bob = Principal(1, "a@x.test", 10), Principal(2, "b@x.test", 20)
    view = GrantsOnly([], [3], full_access=[3])
    assert rights_of(view, owner, folder_of(10)) == Right.everything()
    # Full access is for users: a group's entry gives its members nothing.
    assert rights_of(view, bob, folder_of(10)) == Right(0)
    assert rights_of(GrantsOnly([], [], full_access=[2]), bob, folder_of(10)) == Right.everything()


@pytest.fixture
def people(world):
    alice, bob, carol = world.user("alice"), world.user("bob"), world.user("carol")
    inner = world.group("inner", bob)
    outer = world.group("outer", inner)
    # A circle, which must not matter.
    world.run(world.store.write(lambda transaction: transaction.add_member(inner.id, outer.id)))
    return alice, bob, carol, outer


def test_a_grant_to_a_group_reaches_members_of_nested_groups(world, people):
    alice, bob, carol, outer = people
    inbox = world.folder(alice)
    permissions = world.services.permissions
    world.run(permissions.set_grant(alice, inbox.id, outer.id, Right.FOLDER_VISIBLE | Right.READ_ANY))
    assert world.run(permissions.rights(bob, inbox.id)) == Right.FOLDER_VISIBLE | Right.READ_ANY
    with pytest.raises(FolderNotFound):
        world.run(permissions.rights(carol, inbox.id))
    assert [each.address for each in world.run(world.services.folders.shared_accounts(bob))] == ["alice@example.test"]
    assert world.run(world.services.folders.shared_accounts(carol)) == []
    (member_id,) = world.run(world.services.directory.members(outer.id))
    world.run(world.services.directory.remove_member(outer.id, member_id))
    with pytest.raises(FolderNotFound):
        world.run(permissions.rights(bob, inbox.id))


def test_everybody_includes_those_who_come_later(world, people):
    alice, bob, _, _ = people
    inbox = world.folder(alice)
    world.run(world.services.permissions.set_grant(alice, inbox.id, Anyone.DEFAULT, Right.FOLDER_VISIBLE))
    zoe = world.user("zoe")
    assert world.run(world.services.permissions.rights(zoe, inbox.id)) == Right.FOLDER_VISIBLE
    assert [each.address for each in world.run(world.services.folders.shared_accounts(zoe))] == ["alice@example.test"]
    world.run(world.services.permissions.set_grant(alice, inbox.id, Anyone.DEFAULT, Right(0)))
    with pytest.raises(FolderNotFound):
        world.run(world.services.permissions.rights(bob, inbox.id))


def test_granting_needs_the_right_to_administer(world, people):
    alice, bob, carol, _ = people
    inbox = world.folder(alice)
    permissions = world.services.permissions
    with pytest.raises(FolderNotFound):
        world.run(permissions.set_grant(bob, inbox.id, carol.id, Right.READ_ANY))
    with pytest.raises(FolderNotFound):
        world.run(permissions.grants(bob, inbox.id))
    world.run(permissions.set_grant(alice, inbox.id, bob.id, Right.FOLDER_VISIBLE))
    with pytest.raises(PermissionDenied):
        world.run(permissions.set_grant(bob, inbox.id, bob.id, Right.everything()))
    with pytest.raises(PermissionDenied):
        world.run(permissions.named_grants(bob, inbox.id))
    world.run(permissions.set_grant(alice, inbox.id, bob.id, Right.FOLDER_VISIBLE | Right.ADMINISTER))
    world.run(permissions.set_grant(bob, inbox.id, carol.id, Right.READ_ANY))
    assert world.run(permissions.named_grants(bob, inbox.id)) == [
        ("alice@example.test", Right.everything()),
        ("bob@example.test", Right.FOLDER_VISIBLE | Right.ADMINISTER),
        ("carol@example.test", Right.READ_ANY),
    ]
    with pytest.raises(Invalid):
        world.run(permissions.set_grant(bob, inbox.id, alice.id, Right.READ_ANY))
    with pytest.raises(NotFound):
        world.run(permissions.set_grant(bob, inbox.id, 999, Right.READ_ANY))


def test_a_new_folder_inherits_the_grants_of_its_parent(world, people):
    alice, bob, _, _ = people
    folders = world.services.folders
    work = world.run(folders.create(alice, alice.account_id, "Work")).folder
    world.run(world.services.permissions.set_grant(alice, work.id, bob.id, Right.FOLDER_VISIBLE | Right.READ_ANY))
    sub = world.run(folders.create(alice, alice.account_id, "Work/Sub")).folder
    assert Right.READ_ANY in world.run(world.services.permissions.rights(bob, sub.id))


def test_grantees_are_named_by_address_alias_or_anyone(world, people):
    _, bob, _, outer = people
    world.run(world.services.directory.add_alias(bob.id, "robert@example.test"))
    grantee = world.services.permissions.grantee
    assert world.run(grantee("Bob@Example.Test")) == bob.id
    assert world.run(grantee("robert@example.test")) == bob.id
    assert world.run(grantee("outer@example.test")) == outer.id
    assert world.run(grantee("anyone")) is Anyone.DEFAULT
    assert world.run(grantee("anonymous")) is Anyone.ANONYMOUS
    with pytest.raises(NotFound):
        world.run(grantee("nobody@example.test"))
    for identifier in ("", "-bob@example.test"):
        with pytest.raises(Invalid):
            world.run(grantee(identifier))


def test_a_revoked_right_is_gone_with_the_next_call(world, people):
    alice, bob, _, _ = people
    inbox = world.folder(alice)
    world.append(alice, inbox, b"Subject: x\r\n\r\n")
    rights = Right.FOLDER_VISIBLE | Right.READ_ANY
    world.run(world.services.permissions.set_grant(alice, inbox.id, bob.id, rights))
    assert world.run(world.services.messages.uids(bob, inbox.id)) == [1]
    world.run(world.services.permissions.set_grant(alice, inbox.id, bob.id, None))
    for call in (
        world.services.messages.uids(bob, inbox.id),
        world.services.messages.flag_rows(bob, inbox.id),
        world.services.messages.data(bob, inbox.id, 1),
        world.services.changes.since(bob, alice.account_id, 1, inbox.id),
    ):
        with pytest.raises(FolderNotFound):
            world.run(call)
