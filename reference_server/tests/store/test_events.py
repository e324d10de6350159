"""The index of events: kept by every way in which items come, change and go."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from mailproof_server.model.event import EventKey
from mailproof_server.model.folder import Folder, FolderRole
from mailproof_server.model.ids import ItemId
from mailproof_server.model.item import ItemKind, NewItem

from .making import EVERYTHING, NOW, Driver, new, uid_ranges

START = datetime(2026, 3, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def event(hour: float, hours: float | None = 1, uid: str = "u") -> NewItem:
    starts_at = START + hour * HOUR
    key = EventKey(starts_at, None if hours is None else starts_at + hours * HOUR, hours is None, uid)
    return replace(new(), kind=ItemKind.EVENT, properties={"kind": "event"}, event=key)


def between(driver: Driver, folder: Folder, first: float, last: float) -> list[int]:
    found = driver.read(lambda view: view.events_between(folder.id, START + first * HOUR, START + last * HOUR))
    return [each & 0xFFFFFFFF for each in found]


def by_uid(driver: Driver, folder: Folder, uid: str) -> list[ItemId]:
    return driver.read(lambda view: view.events_by_uid(folder.account_id, uid))


def test_what_overlaps_a_window_is_found_by_start(driver: Driver) -> None:
    calendar = driver.role(driver.account(), FolderRole.CALENDAR)
    driver.add(calendar, event(5), event(1, 10), event(20), event(3, None), new())
    assert between(driver, calendar, 5.5, 6) == [2, 4, 1]
    assert between(driver, calendar, 6, 7) == [2, 4]
    assert between(driver, calendar, 0, 1) == []
    assert between(driver, calendar, 1000, 1001) == [4]


def test_the_index_follows_update_copy_move_and_removal(driver: Driver) -> None:
    account = driver.account()
    calendar, trash = driver.role(account, FolderRole.CALENDAR), driver.role(account, FolderRole.TRASH)
    driver.add(calendar, event(1, uid="a"), event(2, uid="b"))
    (item_id,) = by_uid(driver, calendar, "a")
    moved = event(30, uid="c").event
    driver.write(lambda tx: tx.update_item(item_id, properties={"kind": "event"}, event=moved))
    assert (by_uid(driver, calendar, "a"), by_uid(driver, calendar, "c")) == ([], [item_id])
    assert between(driver, calendar, 0, 10) == [2]
    driver.write(lambda tx: tx.update_item(item_id, properties={"kind": "event"}))
    assert between(driver, calendar, 29, 32) == [1]
    driver.write(lambda tx: tx.copy_items(calendar.id, EVERYTHING, trash.id, NOW))
    assert len(by_uid(driver, calendar, "b")) == 2
    driver.write(lambda tx: tx.move_items(calendar.id, uid_ranges(2), trash.id, NOW))
    assert between(driver, calendar, 0, 100) == [1]
    assert between(driver, trash, 0, 100) == [2, 3, 1]
    driver.write(lambda tx: tx.remove_items(trash.id, EVERYTHING, only_deleted=False))
    assert between(driver, trash, 0, 100) == []
    assert by_uid(driver, calendar, "b") == []


def test_a_copy_in_another_account_is_found_there(driver: Driver) -> None:
    mine = driver.role(driver.account("alice"), FolderRole.CALENDAR)
    theirs = driver.role(driver.account("bob"), FolderRole.CALENDAR)
    driver.add(mine, event(1, uid="a"))
    driver.write(lambda tx: tx.copy_items(mine.id, EVERYTHING, theirs.id, NOW))
    assert len(by_uid(driver, mine, "a")) == len(by_uid(driver, theirs, "a")) == 1
    assert between(driver, theirs, 0, 5) == [1]


def test_events_go_with_their_folder_and_account(driver: Driver) -> None:
    person = driver.person("alice")
    assert person.account_id is not None
    calendar = driver.role(person.account_id, FolderRole.CALENDAR)
    driver.add(calendar, event(1, uid="a"))
    driver.write(lambda tx: tx.remove_entry(person.id))
    assert by_uid(driver, calendar, "a") == []
    assert between(driver, calendar, 0, 5) == []


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 50), st.none() | st.integers(1, 20)), max_size=12),
    st.integers(0, 60),
    st.integers(1, 20),
)
def test_the_window_finds_what_looking_at_each_would_find(
    events: list[tuple[int, int | None]], first: int, width: int
) -> None:
    import asyncio
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from mailproof_server.store.sqlite import SqliteStore

    with TemporaryDirectory() as folder, asyncio.Runner() as runner:
        driver = Driver(SqliteStore(Path(folder)), runner)
        driver.run(driver.store.open())
        calendar = driver.role(driver.account(), FolderRole.CALENDAR)
        driver.add(calendar, *(event(start, hours) for start, hours in events))
        expected = sorted(
            (start, uid)
            for uid, (start, hours) in enumerate(events, 1)
            if start < first + width and (hours is None or start + hours > first)
        )
        assert between(driver, calendar, first, first + width) == [uid for _, uid in expected]
        driver.run(driver.store.close())
