"""Booking options of rooms and equipment, and the calendars that their delegates own."""

import pytest

from mailproof_server.model.errors import Invalid, NotFound
from mailproof_server.model.folder import FolderRole
from mailproof_server.model.permission import PROFILE_RIGHTS, Profile, Right, implied
from mailproof_server.services.permissions import rights_of
from mailproof_server.services.resources import BookingOptions


@pytest.fixture
def room(world):
    return world.run(world.services.directory.create_resource("room@example.test", kind="room"))


def calendar_rights(world, principal, room):
    def work(view):
        return rights_of(view, principal, view.folder_by_role(room.account_id, FolderRole.CALENDAR))

    return world.run(world.store.read(work))


def test_a_new_resource_answers_by_itself(world, room):
    assert world.run(world.services.resources.options(room.id)) == BookingOptions(True, True, False, ())


def test_options_are_changed_one_by_one(world, room):
    resources = world.services.resources
    world.run(resources.set_options(room.id, decline_recurring=True))
    world.run(resources.set_options(room.id, decline_conflicts=False))
    assert world.run(resources.options(room.id)) == BookingOptions(True, False, True, ())


def test_somebody_has_to_answer(world, room):
    resources, alice = world.services.resources, world.user("alice")
    with pytest.raises(Invalid, match="delegate"):
        world.run(resources.set_options(room.id, auto_accept=False))
    world.run(resources.set_options(room.id, auto_accept=False, delegates=[alice.id]))
    with pytest.raises(Invalid, match="delegate"):
        world.run(resources.set_options(room.id, delegates=[]))
    assert world.run(resources.options(room.id)) == BookingOptions(False, True, False, (alice.id,))
    world.run(resources.set_options(room.id, auto_accept=True, delegates=[]))


def test_delegates_own_the_calendar_for_as_long_as_they_are_delegates(world, room):
    resources, alice, bob = world.services.resources, world.user("alice"), world.user("bob")
    owner = implied(PROFILE_RIGHTS[Profile.OWNER])
    world.run(resources.set_options(room.id, delegates=[alice.id, bob.id, alice.id]))
    assert calendar_rights(world, alice, room) & owner == owner
    world.run(resources.set_options(room.id, delegates=[bob.id]))
    assert Right.READ_ANY not in calendar_rights(world, alice, room)
    assert calendar_rights(world, bob, room) & owner == owner


def test_a_delegate_that_is_gone_is_left_out(world, room):
    resources, alice = world.services.resources, world.user("alice")
    world.run(resources.set_options(room.id, delegates=[alice.id]))
    world.run(world.services.directory.remove(alice.id))
    assert world.run(resources.options(room.id)).delegates == ()


def test_only_users_answer_and_only_resources_are_booked(world, room):
    resources, alice = world.services.resources, world.user("alice")
    group = world.group("staff", alice)
    for call, refusal in [
        (resources.set_options(room.id, delegates=[group.id]), Invalid),
        (resources.set_options(room.id, delegates=[room.id]), Invalid),
        (resources.set_options(room.id, delegates=[999]), NotFound),
        (resources.set_options(alice.id, auto_accept=True), Invalid),
        (resources.options(group.id), Invalid),
        (resources.options(999), NotFound),
    ]:
        with pytest.raises(refusal):
            world.run(call)
