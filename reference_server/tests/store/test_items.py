"""Arrival, copy, move, removal and reading of items, on every store."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from mailproof_server.model.change import Change, ChangeKind
from mailproof_server.model.errors import FolderNotFound, Invalid, NotFound
from mailproof_server.model.folder import Folder, FolderKind, FolderRole
from mailproof_server.model.ids import AccountId, ContentId, FolderId, ItemId, Modseq
from mailproof_server.model.item import Flag, Flags, ItemKind, NewItem
from mailproof_server.model.object_ids import thread_object_id
from mailproof_server.store.base import Transaction
from tests.store.making import EVERYTHING, NOW, Driver, content, new, uid_ranges

ZONE = timezone(timedelta(hours=-5, minutes=-30))


@pytest.fixture
def owner(driver: Driver) -> AccountId:
    return driver.account()


@pytest.fixture
def inbox(driver: Driver, owner: AccountId) -> Folder:
    return driver.inbox(owner)


@pytest.fixture
def archive(driver: Driver, owner: AccountId) -> Folder:
    return driver.role(owner, FolderRole.ARCHIVE)


def last_changes(driver: Driver, owner: AccountId, count: int) -> list[Change]:
    modseq = driver.read(lambda view: view.account(owner)).modseq
    return driver.read(lambda view: view.changes_since(owner, Modseq(modseq - count)))


def test_an_item_comes_back_as_it_was_stored(driver: Driver, inbox: Folder) -> None:
    received = datetime(2020, 2, 29, 23, 59, 58, tzinfo=ZONE)
    made = content(b"\x00raw\xff\r\n", preview="früh", sent_at=received)
    item = NewItem(made, Flags(Flag.SEEN | Flag.DRAFT, frozenset({"Work", "$Label1"})), received)
    placement = driver.write(lambda tx: tx.add_items(inbox.id, [item], NOW))
    (row,) = driver.read(lambda view: view.rows(inbox.id))
    assert (row.id, row.folder_id, row.uid) == (placement.item_ids[0], inbox.id, 1)
    assert (row.system, row.keywords) == (Flag.SEEN | Flag.DRAFT, "$Label1 Work")
    assert (row.modseq, row.size_bytes, row.saved_at) == (placement.modseq, 7, NOW)
    assert row.received_at.isoformat() == "2020-02-29T23:59:58-05:30"
    assert driver.read(lambda view: view.item(row.id)) == row
    columns = ["envelope", "body", "body_structure", "structure", "preview", "size_bytes", "data"]
    ((uid, content_id, values),) = driver.read(lambda view: view.stored(inbox.id, EVERYTHING, columns))
    assert (uid, content_id) == (1, row.content_id)
    assert values == (made.envelope, made.body, made.body_structure, made.structure, "früh", 7, made.data)
    assert driver.read(lambda view: view.content_data(content_id)) == made.data


def test_without_a_date_an_item_is_received_now(driver: Driver, inbox: Folder) -> None:
    driver.add(inbox, new())
    (row,) = driver.read(lambda view: view.rows(inbox.id))
    assert row.received_at == row.saved_at == NOW
    with pytest.raises(ValueError, match="zone"):
        driver.write(lambda tx: tx.add_items(inbox.id, [new()], datetime(2026, 1, 1)))  # noqa: DTZ001


def test_extreme_dates_survive(driver: Driver, inbox: Folder) -> None:
    east, west = timezone(timedelta(hours=23, minutes=59)), timezone(-timedelta(hours=23, minutes=59))
    dates = [datetime.min.replace(tzinfo=east), datetime.max.replace(tzinfo=west), datetime(1969, 7, 20, tzinfo=UTC)]
    for date in dates:
        driver.add(inbox, NewItem(content(sent_at=date), received_at=date))
    assert [row.received_at for row in driver.read(lambda view: view.rows(inbox.id))] == dates


def test_several_items_are_one_change(driver: Driver, owner: AccountId, inbox: Folder) -> None:
    driver.add(inbox, new())
    placement = driver.write(lambda tx: tx.add_items(inbox.id, [new(10), new(20, Flag.SEEN), new(30)], NOW))
    assert placement.uids == (2, 3, 4)
    assert (placement.folder_id, placement.uid_validity) == (inbox.id, inbox.uid_validity)
    (change,) = last_changes(driver, owner, 1)
    assert change == Change(owner, placement.modseq, ChangeKind.CREATED, inbox.id, ((2, 4),))
    folder = driver.folder(inbox)
    assert (folder.total, folder.unread, folder.size_bytes, folder.uid_next) == (4, 3, 160, 5)
    assert folder.modseq == placement.modseq
    account = driver.read(lambda view: view.account(owner))
    assert (account.item_count, account.used_bytes, account.modseq) == (4, 160, placement.modseq)


def test_adding_nothing_changes_nothing(driver: Driver, owner: AccountId, inbox: Folder) -> None:
    before = driver.read(lambda view: view.account(owner))
    assert driver.write(lambda tx: tx.add_items(inbox.id, [], NOW)).uids == ()
    assert driver.write(lambda tx: tx.copy_items(inbox.id, EVERYTHING, inbox.id, NOW)).source_uids == ()
    assert driver.write(lambda tx: tx.move_items(inbox.id, EVERYTHING, inbox.id, NOW)).source_uids == ()
    assert driver.write(lambda tx: tx.remove_items(inbox.id, EVERYTHING, only_deleted=False)) == ()
    assert driver.read(lambda view: view.account(owner)) == before


def test_items_go_only_where_items_can_be(driver: Driver, owner: AccountId, inbox: Folder) -> None:
    driver.add(inbox, new())
    root = driver.role(owner, FolderRole.ROOT)
    for target in (root.id, FolderId(9999)):
        for work in (
            lambda tx, t=target: tx.add_items(t, [new()], NOW),
            lambda tx, t=target: tx.copy_items(inbox.id, EVERYTHING, t, NOW),
            lambda tx, t=target: tx.move_items(inbox.id, EVERYTHING, t, NOW),
        ):
            with pytest.raises(Invalid):
                driver.write(work)
    gone = FolderId(9999)
    for work in (
        lambda tx: tx.copy_items(gone, EVERYTHING, inbox.id, NOW),
        lambda tx: tx.move_items(gone, EVERYTHING, inbox.id, NOW),
        lambda tx: tx.remove_items(gone, EVERYTHING, only_deleted=True),
    ):
        with pytest.raises(FolderNotFound):
            driver.write(work)
    assert driver.folder(inbox).total == 1


def test_reading_an_absent_folder_finds_nothing(driver: Driver) -> None:
    gone = FolderId(9999)
    assert driver.read(lambda view: view.uids(gone)) == []
    assert driver.read(lambda view: view.rows(gone)) == []
    assert driver.read(lambda view: view.flag_rows(gone, changed_since=Modseq(1))) == []
    assert driver.read(lambda view: view.stored(gone, EVERYTHING, ["body"])) == []
    assert driver.read(lambda view: view.item(ItemId(1))) is None
    assert driver.read(lambda view: view.properties(ItemId(1))) == {}
    with pytest.raises(KeyError):
        driver.read(lambda view: view.content_data(ContentId(9999)))


def test_ranges_choose_among_what_exists(driver: Driver, inbox: Folder) -> None:
    driver.add(inbox, *(new(n) for n in range(1, 11)))
    driver.write(lambda tx: tx.remove_items(inbox.id, uid_ranges(3, 4), only_deleted=False))
    ranges = [(1, 3), (5, 5), (9, 2**32 - 1)]
    expected = [1, 2, 5, 9, 10]
    assert [row.uid for row in driver.read(lambda view: view.rows(inbox.id, ranges))] == expected
    assert [row[0] for row in driver.read(lambda view: view.flag_rows(inbox.id, ranges))] == expected
    sizes = driver.read(lambda view: view.stored(inbox.id, ranges, ["size_bytes"]))
    assert [(uid, values) for uid, _, values in sizes] == [(uid, (uid,)) for uid in expected]
    assert driver.read(lambda view: view.uids(inbox.id)) == [1, 2, 5, 6, 7, 8, 9, 10]
    assert driver.read(lambda view: view.rows(inbox.id, [])) == []


def test_the_callers_uid_list_is_its_own(driver: Driver, inbox: Folder) -> None:
    driver.add(inbox, new(), new())
    for _ in range(2):
        uids = driver.read(lambda view: view.uids(inbox.id))
        assert uids == [1, 2]
        uids.clear()


def test_changed_since_gives_the_newer_rows_alone(driver: Driver, inbox: Folder) -> None:
    first = driver.write(lambda tx: tx.add_items(inbox.id, [new(), new()], NOW)).modseq
    second = driver.write(lambda tx: tx.add_items(inbox.id, [new(), new()], NOW)).modseq
    assert [row.uid for row in driver.read(lambda view: view.rows(inbox.id, changed_since=first))] == [3, 4]
    assert driver.read(lambda view: view.flag_rows(inbox.id, [(2, 3)], first)) == [(3, 0, "", second)]
    assert driver.read(lambda view: view.rows(inbox.id, changed_since=second)) == []
    assert len(driver.read(lambda view: view.flag_rows(inbox.id, changed_since=Modseq(first - 1)))) == 4


def test_data_is_read_in_slices(driver: Driver, inbox: Folder) -> None:
    data = bytes(range(256)) * 300
    driver.add(inbox, NewItem(content(data)))
    (row,) = driver.read(lambda view: view.rows(inbox.id))

    def slice_of(start: int, length: int | None = None) -> bytes:
        return driver.read(lambda view: view.content_data(row.content_id, start, length))

    assert slice_of(0) == data
    assert slice_of(70_000) == data[70_000:]
    assert slice_of(5, 10) == data[5:15]
    assert slice_of(76_790, 100) == data[76_790:]
    assert slice_of(76_800) == slice_of(99_999, 5) == slice_of(3, 0) == b""


def test_a_copy_shares_the_content_and_counts_again(
    driver: Driver, owner: AccountId, inbox: Folder, archive: Folder
) -> None:
    received = datetime(2019, 1, 1, tzinfo=ZONE)
    driver.add(inbox, new(10), NewItem(content(b"x" * 20), Flags(Flag.FLAGGED, frozenset({"Work"})), received), new(30))
    driver.add(archive, new(1))
    later = NOW + timedelta(hours=1)
    transfer = driver.write(lambda tx: tx.copy_items(inbox.id, [(2, 2), (3, 3), (8, 9)], archive.id, later))
    assert transfer.source_uids == (2, 3)
    assert transfer.placement.uids == (2, 3)
    source, copied = (driver.read(lambda view, f=f: view.rows(f.id))[1] for f in (inbox, archive))
    assert (copied.content_id, copied.thread_id) == (source.content_id, source.thread_id)
    assert (copied.system, copied.keywords) == (Flag.FLAGGED, "Work")
    assert copied.received_at.isoformat() == received.isoformat()
    assert copied.saved_at == later
    assert copied.id != source.id
    assert copied.modseq == transfer.placement.modseq
    assert driver.read(lambda view: view.account(owner)).used_bytes == 111
    assert driver.folder(archive).size_bytes == 51
    assert driver.read(lambda view: view.keywords(archive.id)) == ("Work",)


def test_a_copy_may_stay_in_its_folder(driver: Driver, inbox: Folder) -> None:
    driver.add(inbox, new(10), new(20))
    transfer = driver.write(lambda tx: tx.copy_items(inbox.id, EVERYTHING, inbox.id, NOW))
    assert (transfer.source_uids, transfer.placement.uids) == ((1, 2), (3, 4))
    assert driver.folder(inbox).size_bytes == 60


def test_a_move_leaves_and_arrives(driver: Driver, owner: AccountId, inbox: Folder, archive: Folder) -> None:
    driver.add(inbox, new(10), new(20, Flag.DELETED), new(30, Flag.SEEN))
    before = {row.uid: row for row in driver.read(lambda view: view.rows(inbox.id))}
    transfer = driver.write(lambda tx: tx.move_items(inbox.id, [(2, 3), (5, 5)], archive.id, NOW))
    assert (transfer.source_uids, transfer.placement.uids) == ((2, 3), (1, 2))
    assert driver.read(lambda view: view.uids(inbox.id)) == [1]
    moved = driver.read(lambda view: view.rows(archive.id))
    assert [row.content_id for row in moved] == [before[2].content_id, before[3].content_id]
    assert [row.thread_id for row in moved] == [before[2].thread_id, before[3].thread_id]
    assert not {row.id for row in moved} & {row.id for row in before.values()}
    changes = {each.kind: each for each in last_changes(driver, owner, 2)}
    assert changes[ChangeKind.CREATED].folder_id == archive.id
    assert changes[ChangeKind.CREATED].modseq == transfer.placement.modseq
    assert (changes[ChangeKind.MOVED].folder_id, changes[ChangeKind.MOVED].uids) == (inbox.id, ((2, 3),))
    assert driver.folder(inbox).modseq == changes[ChangeKind.MOVED].modseq
    account = driver.read(lambda view: view.account(owner))
    assert (account.used_bytes, account.item_count) == (60, 3)
    target = driver.folder(archive)
    assert (target.total, target.unread, target.deleted, target.deleted_size_bytes) == (2, 1, 1, 20)
    source = driver.folder(inbox)
    assert (source.total, source.unread, source.deleted, source.size_bytes) == (1, 1, 0, 10)


def test_a_move_within_the_folder_gives_new_uids(driver: Driver, inbox: Folder) -> None:
    driver.add(inbox, new(10), new(20), new(30))
    transfer = driver.write(lambda tx: tx.move_items(inbox.id, [(1, 2)], inbox.id, NOW))
    assert (transfer.source_uids, transfer.placement.uids) == ((1, 2), (4, 5))
    assert driver.read(lambda view: view.uids(inbox.id)) == [3, 4, 5]
    assert driver.folder(inbox).size_bytes == 60


def test_a_move_into_another_account_moves_its_weight(driver: Driver, owner: AccountId, inbox: Folder) -> None:
    other = driver.account("bob")
    there = driver.inbox(other)
    driver.add(there, new(5, Flag(0), "WORK"))
    driver.add(inbox, new(10, Flag(0), "Work", message_id="<1@x>"), new(20, message_id="<2@x>", references=("<1@x>",)))
    driver.write(lambda tx: tx.move_items(inbox.id, EVERYTHING, there.id, NOW))
    mine, theirs = (driver.read(lambda view, a=a: view.account(a)) for a in (owner, other))
    assert (mine.used_bytes, mine.item_count) == (0, 0)
    assert (theirs.used_bytes, theirs.item_count) == (35, 3)
    rows = driver.read(lambda view: view.rows(there.id))
    assert rows[1].keywords == "WORK", "keywords take the spelling of the account they come to"
    assert rows[1].thread_id == rows[2].thread_id == thread_object_id(rows[1].id)
    assert len(driver.read(lambda view: view.content_data(rows[1].content_id))) == 10


def test_contents_go_with_their_last_item(driver: Driver, inbox: Folder, archive: Folder) -> None:
    driver.add(inbox, new(10))
    (row,) = driver.read(lambda view: view.rows(inbox.id))
    driver.write(lambda tx: tx.copy_items(inbox.id, EVERYTHING, archive.id, NOW))
    driver.write(lambda tx: tx.remove_items(inbox.id, EVERYTHING, only_deleted=False))
    assert len(driver.read(lambda view: view.content_data(row.content_id))) == 10
    driver.write(lambda tx: tx.remove_items(archive.id, EVERYTHING, only_deleted=False))
    with pytest.raises(KeyError):
        driver.read(lambda view: view.content_data(row.content_id))
    driver.add(inbox, new(10))
    (after,) = driver.read(lambda view: view.rows(inbox.id))
    assert after.content_id > row.content_id, "an EMAILID is never given again"


def test_one_content_for_many_recipients_is_stored_once(driver: Driver, inbox: Folder) -> None:
    there = driver.inbox(driver.account("bob"))
    shared = content(b"x" * 50)

    def deliver(tx: Transaction) -> None:
        for folder in (inbox, there):
            tx.add_items(folder.id, [NewItem(shared)], NOW)
            tx.remove_items(folder.id, EVERYTHING, only_deleted=False)
            tx.add_items(folder.id, [NewItem(shared)], NOW)

    driver.write(deliver)
    (mine,), (theirs,) = (driver.read(lambda view, f=f: view.rows(f.id)) for f in (inbox, there))
    assert mine.content_id == theirs.content_id
    assert len(driver.read(lambda view: view.content_data(mine.content_id))) == 50


def test_expunge_takes_the_deleted_ones_in_range(driver: Driver, owner: AccountId, inbox: Folder) -> None:
    driver.add(inbox, *(new(10, Flag.DELETED if n % 2 else Flag(0)) for n in range(1, 8)))
    gone = driver.write(lambda tx: tx.remove_items(inbox.id, [(1, 5)], only_deleted=True))
    assert gone == (1, 3, 5)
    (change,) = last_changes(driver, owner, 1)
    assert (change.kind, change.uids) == (ChangeKind.REMOVED, ((1, 1), (3, 3), (5, 5)))
    folder = driver.folder(inbox)
    assert (folder.total, folder.deleted, folder.deleted_size_bytes, folder.modseq) == (4, 1, 10, change.modseq)
    assert driver.add(inbox, new()) == (8,), "uids are never reused"


def test_uids_of_removed_items_are_not_given_again(driver: Driver, inbox: Folder) -> None:
    driver.add(inbox, new(), new())
    driver.write(lambda tx: tx.remove_items(inbox.id, EVERYTHING, only_deleted=False))
    assert driver.read(lambda view: view.uids(inbox.id)) == []
    assert driver.add(inbox, new()) == (3,)


def test_items_have_kinds_and_properties(driver: Driver, owner: AccountId, archive: Folder) -> None:
    calendar = driver.role(owner, FolderRole.CALENDAR)
    assert calendar.kind is FolderKind.CALENDAR
    properties = {"start": "2026-01-01T00:00", "attendees": [{"n": "é"}], "all_day": False}
    event = NewItem(content(), kind=ItemKind.EVENT, properties=properties)
    placement = driver.write(lambda tx: tx.add_items(calendar.id, [event], NOW))
    assert driver.read(lambda view: view.properties(placement.item_ids[0])) == properties
    moved = driver.write(lambda tx: tx.move_items(calendar.id, EVERYTHING, archive.id, NOW)).placement
    assert driver.read(lambda view: view.properties(moved.item_ids[0])) == properties
    assert driver.read(lambda view: view.properties(placement.item_ids[0])) == {}
    copied = driver.write(lambda tx: tx.copy_items(archive.id, EVERYTHING, calendar.id, NOW)).placement
    driver.write(lambda tx: tx.update_item(moved.item_ids[0], properties={"start": "later"}))
    assert driver.read(lambda view: view.properties(moved.item_ids[0])) == {"start": "later"}
    assert driver.read(lambda view: view.properties(copied.item_ids[0])) == properties


def test_an_update_replaces_content_in_place(driver: Driver, owner: AccountId, inbox: Folder) -> None:
    driver.add(inbox, new(10, Flag.DELETED))
    (before,) = driver.read(lambda view: view.rows(inbox.id))
    driver.write(lambda tx: tx.update_item(before.id, content=content(b"y" * 25, message_id="<new@x>")))
    (after,) = driver.read(lambda view: view.rows(inbox.id))
    assert (after.id, after.size_bytes) == (before.id, 25)
    assert after.content_id != before.content_id
    assert driver.read(lambda view: view.content_data(after.content_id)) == b"y" * 25
    with pytest.raises(KeyError):
        driver.read(lambda view: view.content_data(before.content_id))
    (change,) = last_changes(driver, owner, 1)
    assert (change.kind, change.uids, change.modseq) == (ChangeKind.UPDATED, ((1, 1),), after.modseq)
    folder = driver.folder(inbox)
    assert (folder.size_bytes, folder.deleted_size_bytes, folder.modseq) == (25, 25, after.modseq)
    assert driver.read(lambda view: view.account(owner)).used_bytes == 25
    with pytest.raises(NotFound):
        driver.write(lambda tx: tx.update_item(ItemId(before.id + 1), properties={}))


def test_threads_join_what_names_an_ancestor(driver: Driver, inbox: Folder, archive: Folder) -> None:
    def thread_of(folder: Folder, **fields: object) -> str:
        placement = driver.write(lambda tx: tx.add_items(folder.id, [new(1, **fields)], NOW))
        row = driver.read(lambda view: view.item(placement.item_ids[0]))
        assert row is not None
        return row.thread_id

    first = thread_of(inbox, message_id="<1@x>")
    assert thread_of(inbox, message_id="<9@x>") != first
    assert thread_of(archive, message_id="<2@x>", in_reply_to="<1@x>") == first
    assert thread_of(inbox, message_id="<3@x>", references=("<0@x>", "<2@x>")) == first
    assert thread_of(archive, message_id="<3@x>") == first, "two copies of one message are one conversation"
    assert thread_of(inbox) != thread_of(inbox), "messages without an id are strangers"
    many = tuple(f"<r{n}@x>" for n in range(500))
    assert thread_of(inbox, message_id="<5@x>", references=(*many, "<1@x>")) == first
    there = driver.inbox(driver.account("bob"))
    assert thread_of(there, message_id="<6@x>", in_reply_to="<1@x>") != first, "threads are an account's own"
