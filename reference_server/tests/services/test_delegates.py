"""Delegates: levels are grants, settings are kept, whoever is one sends on behalf (DELE-01, DELE-02, DELE-06)."""

import pytest

from mailproof_server.model.errors import AlreadyExists, Invalid, NotFound, PermissionDenied, SendAsDenied
from mailproof_server.model.folder import FolderRole
from mailproof_server.model.permission import AccountPermission, Profile, Right
from mailproof_server.services.delegates import (
    FOLDERS,
    DelegateChange,
    MeetingRequests,
    meeting_route,
)
from mailproof_server.services.delegation import SendRight

SOME = DelegateChange(
    {FolderRole.CALENDAR: Profile.EDITOR, FolderRole.INBOX: Profile.REVIEWER}, receives_copies=True, views_private=False
)


@pytest.fixture
def people(world):
    return world.user("alice"), world.user("bob"), world.user("carol")


def test_levels_are_grants_on_the_folders(world, people):
    alice, bob, _ = people
    delegates = world.services.delegates
    world.run(delegates.add(alice, alice.account_id, bob.id, SOME))
    calendar = world.role(alice, FolderRole.CALENDAR)
    rights = world.services.permissions.rights
    assert Right.EDIT_ANY in world.run(rights(bob, calendar.id))
    (found,) = world.run(delegates.of(alice, alice.account_id))
    assert found.entry.id == bob.id
    assert (found.receives_copies, found.views_private) == (True, False)
    assert found.levels == {**dict.fromkeys(FOLDERS, Profile.NONE), **SOME.levels}
    # What is granted otherwise shows here, too.
    world.run(world.services.permissions.set_profile(alice, calendar.id, bob.id, Profile.PUBLISHING_EDITOR))
    (found,) = world.run(delegates.of(alice, alice.account_id))
    assert found.levels[FolderRole.CALENDAR] is Profile.PUBLISHING_EDITOR


def test_what_an_update_does_not_name_stays(world, people):
    alice, bob, _ = people
    delegates = world.services.delegates
    world.run(delegates.add(alice, alice.account_id, bob.id, SOME))
    world.run(delegates.update(alice, alice.account_id, bob.id, DelegateChange({FolderRole.TASKS: Profile.AUTHOR})))
    world.run(delegates.update(alice, alice.account_id, bob.id, DelegateChange({FolderRole.INBOX: Profile.NONE})))
    world.run(delegates.update(alice, alice.account_id, bob.id, DelegateChange(views_private=True)))
    (found,) = world.run(delegates.of(alice, alice.account_id))
    assert (found.receives_copies, found.views_private) == (True, True)
    assert found.levels[FolderRole.CALENDAR] is Profile.EDITOR
    assert found.levels[FolderRole.TASKS] is Profile.AUTHOR
    assert found.levels[FolderRole.INBOX] is Profile.NONE


def test_removing_a_delegate_takes_the_rights_away(world, people):
    alice, bob, _ = people
    delegates = world.services.delegates
    world.run(delegates.add(alice, alice.account_id, bob.id, SOME))
    world.run(delegates.remove(alice, alice.account_id, bob.id))
    assert world.run(delegates.of(alice, alice.account_id)) == []
    assert world.run(world.services.folders.shared_accounts(bob)) == []
    with pytest.raises(SendAsDenied):
        world.run(world.services.delegation.may_send(bob, "alice@example.test"))
    with pytest.raises(NotFound):
        world.run(delegates.remove(alice, alice.account_id, bob.id))
    with pytest.raises(NotFound):
        world.run(delegates.update(alice, alice.account_id, bob.id, SOME))


def test_what_is_impossible_changes_nothing(world, people):
    alice, bob, _ = people
    delegates = world.services.delegates
    room = world.run(world.services.directory.create_group("room@example.test"))
    world.run(delegates.add(alice, alice.account_id, bob.id, SOME))
    for delegate, change, refusal in [
        (alice.id, SOME, Invalid),
        (bob.id, SOME, AlreadyExists),
        (999, SOME, NotFound),
        (room.id, DelegateChange({FolderRole.CALENDAR: Profile.OWNER}), Invalid),
        (room.id, DelegateChange({FolderRole.SENT: Profile.EDITOR}), Invalid),
    ]:
        with pytest.raises(refusal):
            world.run(delegates.add(alice, alice.account_id, delegate, change))
    assert [each.entry.id for each in world.run(delegates.of(None, alice.account_id))] == [bob.id]


def test_only_the_owner_full_access_and_the_operator_name_delegates(world, people):
    alice, bob, carol = people
    delegates = world.services.delegates
    for call in (
        delegates.add(bob, alice.account_id, carol.id, SOME),
        delegates.of(bob, alice.account_id),
        delegates.set_meeting_requests(bob, alice.account_id, MeetingRequests.OWNER_ONLY),
        delegates.meeting_requests(bob, alice.account_id),
    ):
        with pytest.raises(PermissionDenied):
            world.run(call)
    world.run(world.services.delegation.grant(alice.account_id, bob.id, AccountPermission.FULL_ACCESS))
    world.run(delegates.add(bob, alice.account_id, carol.id, SOME))
    world.run(delegates.remove(None, alice.account_id, carol.id))


def test_whoever_is_a_delegate_sends_on_behalf(world, people):
    alice, bob, carol = people
    staff = world.group("staff", carol)
    delegates, may_send = world.services.delegates, world.services.delegation.may_send
    for each in (bob, staff):
        world.run(delegates.add(alice, alice.account_id, each.id, DelegateChange()))
    for each in (bob, carol):
        assert world.run(may_send(each, "alice@example.test")) is SendRight.ON_BEHALF
    # The operator's grant is another matter, and stays.
    world.run(world.services.delegation.grant(alice.account_id, bob.id, AccountPermission.SEND_ON_BEHALF))
    world.run(delegates.remove(alice, alice.account_id, bob.id))
    assert world.run(may_send(bob, "alice@example.test")) is SendRight.ON_BEHALF


@pytest.mark.parametrize(
    ("wanted", "to_owner", "is_information", "to_delegates"),
    [
        (None, True, False, True),
        (MeetingRequests.DELEGATES_ONLY, False, False, True),
        (MeetingRequests.DELEGATES_AND_OWNER, True, False, True),
        (MeetingRequests.DELEGATES_AND_INFORMATION, True, True, True),
        (MeetingRequests.OWNER_ONLY, True, False, False),
    ],
)
def test_where_meeting_requests_go(world, people, wanted, to_owner, is_information, to_delegates):
    alice, bob, carol = people
    delegates = world.services.delegates
    world.run(delegates.add(alice, alice.account_id, bob.id, SOME))
    world.run(delegates.add(alice, alice.account_id, carol.id, DelegateChange(SOME.levels)))
    if wanted is not None:
        world.run(delegates.set_meeting_requests(alice, alice.account_id, wanted))
        assert world.run(delegates.meeting_requests(alice, alice.account_id)) is wanted
    route = world.run(world.store.read(lambda view: meeting_route(view, alice.account_id)))
    assert (route.to_owner, route.is_information) == (to_owner, is_information)
    assert [each.id for each in route.delegates] == ([bob.id] if to_delegates else [])


def test_without_a_delegate_meeting_requests_are_the_owners(world, people):
    alice, bob, _ = people
    delegates = world.services.delegates
    world.run(delegates.set_meeting_requests(alice, alice.account_id, MeetingRequests.DELEGATES_ONLY))
    world.run(delegates.add(alice, alice.account_id, bob.id, SOME))
    world.run(world.services.directory.remove(bob.id))
    route = world.run(world.store.read(lambda view: meeting_route(view, alice.account_id)))
    assert (route.to_owner, route.delegates) == (True, ())
    assert world.run(delegates.of(alice, alice.account_id)) == []
