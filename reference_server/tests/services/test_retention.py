"""Retention: what goes, when it goes, and that nothing else is ever touched (WorkMail, retention policies; W18)."""

from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailproof_server.model.errors import Invalid
from mailproof_server.model.folder import FolderRole
from mailproof_server.model.item import Flag, FlagAction, Flags
from mailproof_server.services.messages import EVERY_UID
from mailproof_server.services.retention import (
    AT_ONCE,
    ROLES,
    FolderPolicy,
    Policy,
    RetentionAction,
    RetentionFolder,
)

DAY_S = 86_400
NUMBERS = count()
MAIL = b"Date: Thu, 01 Jan 1970 00:00:00 +0000\r\nSubject: old by its own account\r\n\r\n"
DELETE, PERMANENTLY = RetentionAction.DELETE, RetentionAction.PERMANENTLY_DELETE


@pytest.fixture
def alice(world):
    return world.user("alice")


def keep(world, action, days, *folders):
    policy = Policy(folders={each: FolderPolicy(action=action, days=days) for each in folders})
    world.run(world.services.retention.set_policy(policy))


def run(world):
    return world.run(world.services.retention.run())


def uids(world, principal, folder):
    return world.run(world.services.messages.uids(principal, folder.id))


@pytest.mark.parametrize("name", RetentionFolder)
@pytest.mark.parametrize("action", [DELETE, PERMANENTLY])
def test_what_is_too_old_goes_from_the_folder_named_and_from_no_other(world, alice, name, action):
    folders = {role: world.role(alice, role) for role in [*ROLES.values(), FolderRole.ARCHIVE]}
    below = world.run(world.services.folders.create(alice, alice.account_id, f"{folders[ROLES[name]].path}/below"))
    for folder in [*folders.values(), below.folder]:
        world.append(alice, folder, MAIL)
    keep(world, action, 10, name)
    world.clock.advance(10 * DAY_S - 1)
    assert run(world) == 0
    world.clock.advance(1)
    assert run(world) == 1
    assert run(world) == 0
    assert uids(world, alice, folders[ROLES[name]]) == []
    moved = action is DELETE and ROLES[name] is not FolderRole.TRASH
    for role, folder in folders.items():
        if role is not ROLES[name]:
            assert len(uids(world, alice, folder)) == (2 if moved and role is FolderRole.TRASH else 1)
    assert uids(world, alice, below.folder) == [1]


def test_days_count_from_arrival_here_and_not_from_what_the_message_says(world, alice):
    inbox, archive = world.folder(alice), world.role(alice, FolderRole.ARCHIVE)
    world.append(alice, archive, MAIL)
    keep(world, PERMANENTLY, 5, RetentionFolder.INBOX)
    world.clock.advance(100 * DAY_S)
    assert run(world) == 0
    world.run(world.services.messages.move(alice, archive.id, EVERY_UID, inbox.id))
    world.clock.advance(4 * DAY_S)
    # Reading and flagging is no change of the message.
    world.run(world.services.messages.set_flags(alice, inbox.id, EVERY_UID, FlagAction.ADD, Flags(Flag.SEEN)))
    assert run(world) == 0
    world.clock.advance(DAY_S)
    assert run(world) == 1


def test_a_change_of_a_draft_begins_its_days_anew(world, alice):
    drafts = world.role(alice, FolderRole.DRAFTS)
    world.append(alice, drafts, MAIL)
    keep(world, PERMANENTLY, 5, RetentionFolder.DRAFTS)
    world.clock.advance(3 * DAY_S)
    (row,) = world.run(world.services.messages.rows(alice, drafts.id))
    now = world.clock.now()
    world.run(world.store.write(lambda transaction: transaction.update_item(row.id, properties={"a": 1}, now=now)))
    world.clock.advance(3 * DAY_S)
    assert run(world) == 0
    world.clock.advance(2 * DAY_S)
    assert run(world) == 1


def test_what_was_deleted_can_be_taken_back_and_begins_its_days_anew(world, alice):
    inbox, trash = world.folder(alice), world.role(alice, FolderRole.TRASH)
    world.append(alice, inbox, MAIL, flags=Flags(Flag.FLAGGED))
    keep(world, DELETE, 5, RetentionFolder.INBOX, RetentionFolder.DELETED_ITEMS)
    world.clock.advance(5 * DAY_S)
    assert run(world) == 1
    (row,) = world.run(world.services.messages.rows(alice, trash.id))
    assert row.system == Flag.FLAGGED
    world.run(world.services.messages.copy(alice, trash.id, EVERY_UID, inbox.id))
    world.clock.advance(4 * DAY_S)
    assert run(world) == 0
    world.clock.advance(DAY_S)
    assert run(world) == 2
    assert (uids(world, alice, inbox), len(uids(world, alice, trash))) == ([], 1)


@pytest.mark.parametrize(
    "policy",
    [
        None,
        Policy(folders={RetentionFolder.INBOX: FolderPolicy(action=PERMANENTLY, days=1)}, is_on=False),
        Policy(folders={RetentionFolder.INBOX: FolderPolicy(action=RetentionAction.NONE, days=1)}),
        Policy(folders={}),
    ],
)
def test_no_policy_deletes_nothing(world, alice, policy):
    world.append(alice, world.folder(alice), MAIL)
    keep(world, PERMANENTLY, 1, RetentionFolder.INBOX)
    world.run(world.services.retention.set_policy(policy))
    world.clock.advance(1000 * DAY_S)
    assert run(world) == 0


@pytest.mark.parametrize("days", [0, -1, 731])
def test_a_period_has_1_to_730_days(world, days):
    with pytest.raises(Invalid):
        keep(world, DELETE, days, RetentionFolder.INBOX)
    assert not world.run(world.services.retention.policy()).is_on


def test_many_items_of_many_accounts_go_in_steps(world, alice):
    room = world.user("room")
    for principal, many in ((alice, AT_ONCE + 1), (room, 1)):
        world.append(principal, world.folder(principal), *[MAIL] * many)
    keep(world, PERMANENTLY, 1, RetentionFolder.INBOX)
    world.clock.advance(DAY_S)
    world.append(alice, world.folder(alice), MAIL)
    assert run(world) == AT_ONCE + 2
    assert len(uids(world, alice, world.folder(alice))) == 1


def test_the_servers_upkeep_carries_it_out(world, alice):
    world.append(alice, world.folder(alice), MAIL)
    keep(world, PERMANENTLY, 1, RetentionFolder.INBOX)
    world.clock.advance(DAY_S)
    world.run(world.services.upkeep.run_once())
    assert uids(world, alice, world.folder(alice)) == []


@given(
    st.lists(st.tuples(st.sampled_from(["add", "wait", "run", "move"]), st.integers(0, 3)), max_size=12),
    st.integers(1, 4),
)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_an_item_is_there_exactly_until_its_days_are_over(world, steps, days):
    """Against a model that keeps the day on which each item came into the folder."""
    alice = world.user(f"u{next(NUMBERS)}")
    inbox, archive = world.folder(alice), world.role(alice, FolderRole.ARCHIVE)
    keep(world, PERMANENTLY, days, RetentionFolder.INBOX)
    today, here = 0, {}
    for step, amount in steps:
        if step == "add":
            (uid,) = world.append(alice, inbox, MAIL)
            here[uid] = today
        elif step == "wait":
            world.clock.advance(amount * DAY_S)
            today += amount
        elif step == "move" and here:
            uid = min(here)
            world.run(world.services.messages.move(alice, inbox.id, [(uid, uid)], archive.id))
            transfer = world.run(world.services.messages.move(alice, archive.id, EVERY_UID, inbox.id))
            del here[uid]
            here[transfer.placement.uids[0]] = today
        elif step == "run":
            run(world)
            here = {uid: day for uid, day in here.items() if today - day < days}
        assert uids(world, alice, inbox) == sorted(here)
