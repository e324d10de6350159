"""Quotas: what counts, who may look, and the notice at 90 percent."""

from email import message_from_bytes, policy

import pytest

from mailproof_server.model.errors import Invalid, NotFound, OverQuota, PermissionDenied
from mailproof_server.model.folder import FolderRole
from mailproof_server.model.item import Flag, FlagAction, Flags
from mailproof_server.model.permission import Right

MAIL = b"Subject: x\r\nFrom: a@x.test\r\n\r\n" + b"x" * 4000
LIMIT = 100_000


@pytest.fixture
def alice(world):
    one = world.user("alice", display_name="Alice Ärcher")
    world.run(world.services.quota.set_limit(None, one.account_id, LIMIT))
    return one


@pytest.fixture
def folder(world, alice):
    return world.run(world.services.folders.create(alice, alice.account_id, "Work")).folder


def fill(world, who, folder, target_bytes):
    """Bring the account to exactly so many bytes."""
    used = world.run(world.services.quota.usage(who, who.account_id)).used_bytes
    world.append(who, folder, b"x" * (target_bytes - used))


def empty(world, who, folder):
    everything = [(1, 2**32 - 1)]
    world.run(world.services.messages.set_flags(who, folder.id, everything, FlagAction.ADD, Flags(Flag.DELETED)))
    world.run(world.services.messages.expunge(who, folder.id))


def test_usage_is_what_was_stored(world, alice, folder):
    world.append(alice, folder, MAIL, MAIL)
    usage = world.run(world.services.quota.usage(alice, alice.account_id))
    assert (usage.used_bytes, usage.quota_bytes, usage.item_count) == (2 * len(MAIL), LIMIT, 2)
    empty(world, alice, folder)
    usage = world.run(world.services.quota.usage(alice, alice.account_id))
    assert (usage.used_bytes, usage.item_count) == (0, 0)


def test_usage_is_shown_to_those_who_see_a_folder(world, alice, folder):
    bob = world.user("bob")
    with pytest.raises(PermissionDenied):
        world.run(world.services.quota.usage(bob, alice.account_id))
    world.run(world.services.permissions.set_grant(alice, folder.id, bob.id, Right.FOLDER_VISIBLE, reveal=True))
    assert world.run(world.services.quota.usage(bob, alice.account_id)).quota_bytes == LIMIT


def test_only_the_operator_sets_a_quota(world, alice):
    with pytest.raises(PermissionDenied):
        world.run(world.services.quota.set_limit(alice, alice.account_id, 2 * LIMIT))
    for quota_bytes in (0, -1, 2**63):
        with pytest.raises(Invalid):
            world.run(world.services.quota.set_limit(None, alice.account_id, quota_bytes))
    with pytest.raises(NotFound):
        world.run(world.services.quota.set_limit(None, 999, LIMIT))


def test_the_last_byte_fits_and_nothing_after_it(world, alice, folder):
    world.limit(quota_notice_ratio=2.0)
    fill(world, alice, folder, LIMIT - 10)
    with pytest.raises(OverQuota):
        world.append(alice, folder, b"x" * 11)
    world.append(alice, folder, b"x" * 10)
    for size_bytes in (0, 1):
        with pytest.raises(OverQuota):
            world.run(world.services.messages.can_append(alice, folder.id, size_bytes))


def test_a_full_account_is_told_so_all_the_same(world, alice, folder):
    fill(world, alice, folder, LIMIT)
    assert len(world.inbox(alice)) == 1


def test_the_notice_comes_once_per_crossing(world, alice, folder):
    fill(world, alice, folder, LIMIT * 9 // 10 - 1)
    assert world.inbox(alice) == []
    world.append(alice, folder, b"x")
    (notice,) = world.inbox(alice)
    read = message_from_bytes(notice, policy=policy.default)
    assert read["From"].addresses[0].addr_spec == "postmaster@example.test"
    assert read["To"].addresses[0].display_name == "Alice Ärcher"
    assert read["Auto-Submitted"] == "auto-generated"
    assert "90 %" in read.get_content()
    world.append(alice, folder, b"x" * 100)
    assert len(world.inbox(alice)) == 1
    empty(world, alice, folder)
    world.append(alice, folder, b"x")
    assert len(world.inbox(alice)) == 1
    fill(world, alice, folder, LIMIT * 95 // 100)
    assert len(world.inbox(alice)) == 2


def test_the_second_crossing_counts_even_when_it_comes_in_one_leap(world, alice, folder):
    fill(world, alice, folder, LIMIT * 95 // 100)
    empty(world, alice, folder)
    fill(world, alice, folder, LIMIT * 95 // 100)
    assert len(world.inbox(alice)) == 2


def test_a_lowered_quota_is_a_crossing_too(world, alice, folder):
    world.append(alice, folder, b"x" * 1000)
    world.run(world.services.quota.set_limit(None, alice.account_id, 1001))
    assert len(world.inbox(alice)) == 1


def test_copies_and_deliveries_are_crossings_too(world, alice, folder):
    bob = world.user("bob")
    fill(world, alice, folder, LIMIT // 2)
    target = world.role(alice, FolderRole.TRASH)
    world.append(alice, folder, b"x" * (LIMIT // 5))
    world.run(world.services.messages.copy(alice, folder.id, [(2, 2)], target.id))
    assert len(world.inbox(alice)) == 1
    world.run(world.services.quota.set_limit(None, bob.account_id, 2000))
    world.submit(alice, b"From: alice@example.test\r\nSubject: big\r\n\r\n" + b"x" * 1700, "bob@example.test")
    assert [b"Subject: big" in each for each in world.inbox(bob)] == [True, False]


def test_a_delivery_in_one_leap_is_a_second_crossing(world, alice, folder):
    bob = world.user("bob")
    fill(world, alice, folder, LIMIT * 95 // 100)
    empty(world, alice, folder)
    big = b"From: bob@example.test\r\nSubject: big\r\n\r\n" + b"x" * (LIMIT * 95 // 100)
    world.submit(bob, big, "alice@example.test")
    assert [b"Subject: big" in each for each in world.inbox(alice)] == [False, True, False]
