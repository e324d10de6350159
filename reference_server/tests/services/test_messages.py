"""Messages: storing, rights on flags, copying, moving, replacing, expunging, reading, searching."""

import pytest

from mailproof_server.model.errors import (
    FolderNotFound,
    Invalid,
    NotFound,
    OverQuota,
    PermissionDenied,
    TooLarge,
    TooMany,
)
from mailproof_server.model.folder import FolderRole
from mailproof_server.model.item import Flag, FlagAction, Flags
from mailproof_server.model.permission import Right
from mailproof_server.model.query import All, HasFlag, HeaderContains, SortField, SortKey
from mailproof_server.services.messages import Incoming
from mailproof_server.services.threads import ThreadAlgorithm

HELLO = b"Subject: hello\r\nFrom: a@x.test\r\nMessage-ID: <1@x>\r\n\r\nHi\r\n"
LOOK = Right.FOLDER_VISIBLE | Right.READ_ANY
EVERY = [(1, 2**32 - 1)]


@pytest.fixture
def alice(world):
    return world.user("alice")


@pytest.fixture
def bob(world):
    return world.user("bob")


@pytest.fixture
def inbox(world, alice):
    return world.folder(alice)


@pytest.fixture
def work(world, alice):
    return world.run(world.services.folders.create(alice, alice.account_id, "Work")).folder


def share(world, owner, folder, grantee, rights):
    world.run(world.services.permissions.set_grant(owner, folder.id, grantee.id, rights, reveal=True))


def flags_of(world, who, folder):
    rows = world.run(world.services.messages.flag_rows(who, folder.id))
    return {uid: (Flag(bits), keywords) for uid, bits, keywords, _ in rows}


def store(world, who, folder, action, flags, ranges=EVERY, unchanged_since=None):
    return world.run(world.services.messages.set_flags(who, folder.id, ranges, action, flags, unchanged_since))


def used(world, who):
    return world.run(world.services.quota.usage(who, who.account_id)).used_bytes


def test_what_was_stored_comes_back_byte_for_byte(world, alice, inbox):
    odd = bytes(range(1, 256)) + b"\r\n\r\n" + bytes(range(1, 256))
    assert world.append(alice, inbox, HELLO, odd) == (1, 2)
    assert world.inbox(alice) == [HELLO, odd]
    messages = world.services.messages
    assert world.run(messages.data(alice, inbox.id, 1, 9, 5)) == HELLO[9:14]
    assert world.run(messages.data(alice, inbox.id, 1, 1000, 5)) == b""
    with pytest.raises(NotFound):
        world.run(messages.data(alice, inbox.id, 3))


def test_flags_and_time_of_arrival_are_kept(world, alice, inbox):
    at = world.clock.now().replace(year=2001)
    world.append(alice, inbox, HELLO, flags=Flags(Flag.SEEN | Flag.DRAFT, frozenset({"$Work"})), received_at=at)
    (row,) = world.run(world.services.messages.rows(alice, inbox.id))
    assert (Flag(row.system), row.keywords, row.received_at) == (Flag.SEEN | Flag.DRAFT, "$Work", at)
    assert row.saved_at == world.clock.now()


def test_a_large_message_is_described_in_a_thread_and_kept_whole(world, alice, inbox):
    large = HELLO + b"x" * 600_000
    world.append(alice, inbox, large)
    assert world.inbox(alice) == [large]


def test_several_messages_are_stored_all_or_none(world, alice, inbox):
    world.limit(message_bytes=100)
    with pytest.raises(TooLarge):
        world.append(alice, inbox, HELLO, b"x" * 101)
    with pytest.raises(Invalid):
        world.append(alice, inbox)
    assert world.folder(alice).total == 0


def test_only_mail_folders_that_can_hold_messages_take_them(world, alice):
    calendar = world.role(alice, FolderRole.CALENDAR)
    with pytest.raises(Invalid):
        world.append(alice, calendar, HELLO)
    root = world.role(alice, FolderRole.ROOT)
    with pytest.raises(FolderNotFound):
        world.append(alice, root, HELLO)
    with pytest.raises(FolderNotFound):
        world.run(world.services.messages.append(alice, 12345, [Incoming(HELLO)]))


def test_a_message_that_does_not_fit_is_refused_early_and_late(world, alice, inbox):
    world.run(world.services.quota.set_limit(None, alice.account_id, 3 * len(HELLO)))
    messages = world.services.messages
    world.run(messages.can_append(alice, inbox.id, 3 * len(HELLO)))
    with pytest.raises(OverQuota):
        world.run(messages.can_append(alice, inbox.id, 3 * len(HELLO) + 1))
    world.append(alice, inbox, HELLO, HELLO)
    with pytest.raises(OverQuota):
        world.append(alice, inbox, HELLO, HELLO)
    assert world.folder(alice).total == 2


def test_copies_count_and_moves_within_an_account_do_not(world, alice, inbox, work):
    world.run(world.services.quota.set_limit(None, alice.account_id, 100 * len(HELLO)))
    world.append(alice, inbox, *[HELLO] * 45)
    messages = world.services.messages
    world.run(messages.copy(alice, inbox.id, [(1, 40)], work.id))
    with pytest.raises(OverQuota):
        world.run(messages.copy(alice, inbox.id, [(1, 40)], work.id))
    assert world.folder(alice, "Work").total == 40
    # The whole folder would not fit, but what is asked for does.
    world.run(messages.copy(alice, inbox.id, [(1, 2)], work.id))
    world.run(messages.move(alice, inbox.id, EVERY, work.id))
    assert world.folder(alice, "Work").total == 87


def test_appending_needs_create_and_drops_flags_without_rights(world, alice, bob, inbox):
    share(world, alice, inbox, bob, LOOK)
    flags = Flags(Flag.SEEN | Flag.DELETED | Flag.FLAGGED, frozenset({"$Work"}))
    with pytest.raises(PermissionDenied):
        world.append(bob, inbox, HELLO, flags=flags)
    with pytest.raises(PermissionDenied):
        world.run(world.services.messages.can_append(bob, inbox.id, 1))
    for number, (right, kept) in enumerate(
        [
            (Right(0), (Flag(0), "")),
            (Right.KEEP_SEEN, (Flag.SEEN, "")),
            (Right.MARK_DELETED, (Flag.DELETED, "")),
            (Right.WRITE_FLAGS, (Flag.FLAGGED, "$Work")),
            (Right.EDIT_ANY | Right.DELETE_ANY, (Flag.SEEN | Flag.DELETED | Flag.FLAGGED, "$Work")),
        ],
        1,
    ):
        share(world, alice, inbox, bob, LOOK | Right.CREATE | right)
        world.append(bob, inbox, HELLO, flags=flags)
        assert flags_of(world, alice, inbox)[number] == kept
    # The owner's account pays, not the one who acts.
    assert (used(world, alice), used(world, bob)) == (5 * len(HELLO), 0)


@pytest.mark.parametrize("action", list(FlagAction))
def test_flags_without_a_right_stay_as_they_are(world, alice, bob, inbox, action):
    before = Flags(Flag.SEEN | Flag.ANSWERED, frozenset({"$Old", "$Both"}))
    world.append(alice, inbox, HELLO, flags=before)
    given = Flags(Flag.ANSWERED | Flag.FLAGGED | Flag.DELETED, frozenset({"$Both", "$New"}))
    share(world, alice, inbox, bob, LOOK | Right.WRITE_FLAGS)
    outcome = store(world, bob, inbox, action, given)
    assert outcome.changed == (1,)
    expected = {
        FlagAction.SET: (Flag.SEEN | Flag.ANSWERED | Flag.FLAGGED, "$Both $New"),
        FlagAction.ADD: (Flag.SEEN | Flag.ANSWERED | Flag.FLAGGED, "$Both $New $Old"),
        FlagAction.REMOVE: (Flag.SEEN, "$Old"),
    }[action]
    assert flags_of(world, alice, inbox)[1] == expected
    (row,) = world.run(world.services.messages.rows(alice, inbox.id))
    assert row.modseq == outcome.modseq


def test_replacing_flags_with_one_right_touches_that_flag_alone(world, alice, bob, inbox):
    world.append(alice, inbox, HELLO, flags=Flags(Flag.SEEN | Flag.DELETED, frozenset({"$Old"})))
    share(world, alice, inbox, bob, LOOK | Right.KEEP_SEEN)
    store(world, bob, inbox, FlagAction.SET, Flags(Flag.FLAGGED | Flag.SEEN))
    assert flags_of(world, alice, inbox)[1] == (Flag.SEEN | Flag.DELETED, "$Old")
    store(world, bob, inbox, FlagAction.SET, Flags())
    assert flags_of(world, alice, inbox)[1] == (Flag.DELETED, "$Old")


def test_changing_flags_is_denied_when_none_is_permitted(world, alice, bob, inbox):
    world.append(alice, inbox, HELLO)
    share(world, alice, inbox, bob, LOOK)
    with pytest.raises(PermissionDenied):
        store(world, bob, inbox, FlagAction.ADD, Flags(Flag.SEEN))
    with pytest.raises(PermissionDenied):
        store(world, bob, inbox, FlagAction.SET, Flags())
    share(world, alice, inbox, bob, LOOK | Right.KEEP_SEEN)
    for action in FlagAction:
        with pytest.raises(PermissionDenied):
            store(world, bob, inbox, action, Flags(Flag.DELETED, frozenset({"$x"})))
    assert flags_of(world, alice, inbox)[1] == (Flag(0), "")


@pytest.mark.parametrize("partial", [False, True])
def test_a_conditional_change_leaves_what_changed_meanwhile(world, alice, bob, inbox, partial):
    world.append(alice, inbox, HELLO, HELLO, HELLO)
    known = world.run(world.services.changes.modseq(alice.account_id))
    store(world, alice, inbox, FlagAction.ADD, Flags(Flag.FLAGGED), [(2, 2)])
    share(world, alice, inbox, bob, LOOK | (Right.WRITE_FLAGS if partial else Right.EDIT_ANY | Right.DELETE_ANY))
    outcome = store(world, bob, inbox, FlagAction.SET, Flags(Flag.ANSWERED), unchanged_since=known)
    assert (outcome.changed, outcome.stale) == ((1, 3), (2,))
    assert [bits for bits, _ in flags_of(world, alice, inbox).values()] == [Flag.ANSWERED, Flag.FLAGGED, Flag.ANSWERED]


def test_keywords_are_limited(world, alice, inbox):
    world.limit(keywords_per_folder=3, keyword_octets=8)
    world.append(alice, inbox, HELLO, flags=Flags(keywords=frozenset({"a", "b"})))
    store(world, alice, inbox, FlagAction.ADD, Flags(keywords=frozenset({"A", "c"})))
    with pytest.raises(TooMany):
        store(world, alice, inbox, FlagAction.ADD, Flags(keywords=frozenset({"d"})))
    with pytest.raises(TooMany):
        world.append(alice, inbox, HELLO, flags=Flags(keywords=frozenset({"d"})))
    with pytest.raises(Invalid):
        store(world, alice, inbox, FlagAction.ADD, Flags(keywords=frozenset({"x" * 9})))
    store(world, alice, inbox, FlagAction.REMOVE, Flags(keywords=frozenset({"d", "a"})))


def test_keywords_that_travel_are_counted_where_they_arrive(world, alice, inbox, work):
    world.limit(keywords_per_folder=3)
    world.append(alice, inbox, HELLO, flags=Flags(keywords=frozenset({"a", "b"})))
    world.append(alice, work, HELLO, flags=Flags(keywords=frozenset({"c", "d"})))
    for transfer in (world.services.messages.copy, world.services.messages.move):
        with pytest.raises(TooMany):
            world.run(transfer(alice, inbox.id, EVERY, work.id))
    assert world.folder(alice, "Work").total == 1


def test_a_copy_keeps_flags_and_time_and_tells_both_places(world, alice, inbox, work):
    at = world.clock.now().replace(year=2001)
    world.append(alice, inbox, HELLO, HELLO, HELLO, flags=Flags(Flag.SEEN, frozenset({"$x"})), received_at=at)
    transfer = world.run(world.services.messages.copy(alice, inbox.id, [(1, 1), (3, 7)], work.id))
    assert transfer.source_uids == (1, 3)
    assert transfer.placement.uids == (1, 2)
    assert transfer.placement.uid_validity == work.uid_validity
    rows = world.run(world.services.messages.rows(alice, work.id))
    assert {(Flag(row.system), row.keywords, row.received_at) for row in rows} == {(Flag.SEEN, "$x", at)}
    nothing = world.run(world.services.messages.copy(alice, inbox.id, [(50, 60)], work.id))
    assert (nothing.source_uids, nothing.placement.uids) == ((), ())


def test_a_copy_loses_the_flags_that_may_not_be_set_where_it_arrives(world, alice, bob, inbox, work):
    world.append(alice, inbox, HELLO, HELLO, flags=Flags(Flag.SEEN | Flag.DELETED | Flag.FLAGGED, frozenset({"$x"})))
    share(world, alice, inbox, bob, LOOK)
    share(world, alice, work, bob, Right.CREATE | Right.KEEP_SEEN)
    world.run(world.services.messages.copy(bob, inbox.id, EVERY, work.id))
    assert set(flags_of(world, alice, work).values()) == {(Flag.SEEN, "")}
    assert flags_of(world, alice, inbox)[1] == (Flag.SEEN | Flag.DELETED | Flag.FLAGGED, "$x")


def test_moving_needs_to_delete_here_and_create_there(world, alice, bob, inbox, work):
    world.append(alice, inbox, HELLO, HELLO)
    share(world, alice, work, bob, LOOK | Right.CREATE)
    for rights in (LOOK, LOOK | Right.EXPUNGE, LOOK | Right.MARK_DELETED):
        share(world, alice, inbox, bob, rights)
        with pytest.raises(PermissionDenied):
            world.run(world.services.messages.move(bob, inbox.id, EVERY, work.id))
    share(world, alice, inbox, bob, LOOK | Right.DELETE_ANY)
    transfer = world.run(world.services.messages.move(bob, inbox.id, [(2, 2)], work.id))
    assert (transfer.source_uids, transfer.placement.uids) == ((2,), (1,))
    share(world, alice, work, bob, LOOK)
    with pytest.raises(PermissionDenied):
        world.run(world.services.messages.move(bob, inbox.id, EVERY, work.id))
    assert world.run(world.services.messages.uids(alice, inbox.id)) == [1]


def test_moving_to_another_account_moves_the_weight_along(world, alice, bob, inbox):
    world.append(alice, inbox, HELLO)
    theirs = world.folder(bob)
    share(world, bob, theirs, alice, LOOK | Right.CREATE | Right.EDIT_ANY | Right.DELETE_ANY)
    world.run(world.services.quota.set_limit(None, bob.account_id, len(HELLO) - 1))
    with pytest.raises(OverQuota):
        world.run(world.services.messages.move(alice, inbox.id, EVERY, theirs.id))
    world.run(world.services.quota.set_limit(None, bob.account_id, 100 * len(HELLO)))
    world.run(world.services.messages.move(alice, inbox.id, EVERY, theirs.id))
    assert (used(world, alice), used(world, bob)) == (0, len(HELLO))
    assert world.inbox(bob) == [HELLO]


def test_moving_within_the_same_folder_gives_new_uids(world, alice, inbox):
    world.append(alice, inbox, HELLO, HELLO)
    world.run(world.services.messages.move(alice, inbox.id, [(1, 1)], inbox.id))
    assert world.run(world.services.messages.uids(alice, inbox.id)) == [2, 3]


def test_replacing_is_one_step_and_needs_room_for_the_growth_only(world, alice, inbox, work):
    (uid,) = world.append(alice, inbox, HELLO)
    world.run(world.services.quota.set_limit(None, alice.account_id, len(HELLO) + 10))
    messages = world.services.messages
    with pytest.raises(OverQuota):
        world.run(messages.replace(alice, inbox.id, uid, work.id, Incoming(HELLO + b"x" * 11)))
    assert world.inbox(alice) == [HELLO]
    placement = world.run(
        messages.replace(alice, inbox.id, uid, work.id, Incoming(HELLO + b"x" * 10, Flags(Flag.DRAFT)))
    )
    assert (placement.folder_id, placement.uids) == (work.id, (1,))
    assert flags_of(world, alice, work) == {1: (Flag.DRAFT, "")}
    assert uid not in world.run(messages.uids(alice, inbox.id))
    with pytest.raises(NotFound):
        world.run(messages.replace(alice, inbox.id, uid, work.id, Incoming(HELLO)))
    assert world.folder(alice, "Work").total == 1


def test_replacing_needs_the_rights_of_a_move(world, alice, bob, inbox):
    (uid,) = world.append(alice, inbox, HELLO)
    share(world, alice, inbox, bob, LOOK | Right.CREATE | Right.MARK_DELETED)
    with pytest.raises(PermissionDenied):
        world.run(world.services.messages.replace(bob, inbox.id, uid, inbox.id, Incoming(b"x")))
    assert world.inbox(alice) == [HELLO]


def test_expunging_takes_deleted_messages_only(world, alice, bob, inbox):
    world.append(alice, inbox, *[HELLO] * 5)
    store(world, alice, inbox, FlagAction.ADD, Flags(Flag.DELETED), [(2, 4)])
    messages = world.services.messages
    share(world, alice, inbox, bob, LOOK | Right.MARK_DELETED)
    with pytest.raises(PermissionDenied):
        world.run(messages.expunge(bob, inbox.id))
    assert world.run(messages.expunge(alice, inbox.id, [(1, 2)])) == (2,)
    assert world.run(messages.expunge(alice, inbox.id)) == (3, 4)
    assert world.run(messages.uids(alice, inbox.id)) == [1, 5]
    assert world.run(messages.expunge(alice, inbox.id)) == ()


def test_searching_sorting_and_threading_ask_for_the_right_to_read(world, alice, bob, inbox):
    reply = b"Subject: Re: hello\r\nFrom: b@x.test\r\nMessage-ID: <2@x>\r\nIn-Reply-To: <1@x>\r\n\r\nHi\r\n"
    world.append(alice, inbox, reply, HELLO)
    messages = world.services.messages
    assert world.run(messages.search(alice, inbox.id, HeaderContains("subject", "re:"))) == [1]
    assert world.run(messages.search(alice, inbox.id, All(), [SortKey(SortField.FROM)])) == [2, 1]
    assert world.run(messages.search(alice, inbox.id, HasFlag(Flag.SEEN))) == []
    (thread,) = world.run(messages.threads(alice, inbox.id, All(), ThreadAlgorithm.REFERENCES))
    assert (thread.uid, [each.uid for each in thread.children]) == (2, [1])
    share(world, alice, inbox, bob, Right.FOLDER_VISIBLE)
    for call in (
        messages.search(bob, inbox.id, All()),
        messages.threads(bob, inbox.id, All(), ThreadAlgorithm.REFERENCES),
        messages.uids(bob, inbox.id),
        messages.rows(bob, inbox.id),
        messages.flag_rows(bob, inbox.id),
        messages.stored(bob, inbox.id, EVERY, ["envelope"]),
        messages.data(bob, inbox.id, 1),
        messages.copy(bob, inbox.id, EVERY, world.folder(bob).id),
    ):
        with pytest.raises(PermissionDenied):
            world.run(call)


def test_stored_columns_come_as_asked(world, alice, inbox):
    world.append(alice, inbox, HELLO, HELLO)
    found = world.run(world.services.messages.stored(alice, inbox.id, EVERY, ["size_bytes", "data"]))
    assert [(uid, values) for uid, _, values in found] == [(1, (len(HELLO), HELLO)), (2, (len(HELLO), HELLO))]


def test_a_range_over_a_small_folder_needs_no_thread(world, alice, inbox, monkeypatch):
    """`1:*` is no more than what the folder holds: a hop to a thread would cost more than the reading."""
    world.append(alice, inbox, b"a: 1\r\n\r\n", b"a: 2\r\n\r\n")
    asked, read = [], world.store.read

    async def watched(work, *, slow=False):
        asked.append(slow)
        return await read(work, slow=slow)

    monkeypatch.setattr(world.store, "read", watched)
    messages = world.services.messages
    assert len(world.run(messages.rows(alice, inbox.id))) == 2
    assert len(world.run(messages.flag_rows(alice, inbox.id, EVERY))) == 2
    assert len(world.run(messages.stored(alice, inbox.id, EVERY, ["data"]))) == 2
    assert not any(asked)
    asked.clear()
    monkeypatch.setattr("mailproof_server.services.messages.MANY_ROWS", 1)
    assert len(world.run(messages.rows(alice, inbox.id))) == 2
    assert any(asked)
