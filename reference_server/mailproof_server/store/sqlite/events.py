"""The index of events: what overlaps a window of time, and what has a UID (`model.event.EventKey`)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from mailproof_server.model.event import EventKey
from mailproof_server.model.ids import AccountId, FolderId, FolderUid, ItemId
from mailproof_server.store.sqlite.columns import UID_BITS, moment, optional_moment, place
from mailproof_server.store.sqlite.session import Reads, Writes


class EventReads(Reads):
    def events_between(self, folder_id: FolderId, start: datetime, end: datetime) -> list[ItemId]:
        rows = self._all(
            # Spelled out as the index has it, else the index could not be used.
            "SELECT place FROM events WHERE folder_id = ? AND ifnull(ends_at, 9223372036854775807) > ?"
            " AND starts_at < ? ORDER BY starts_at, place",
            folder_id,
            moment(start),
            moment(end),
        )
        return [ItemId(key) for (key,) in rows]

    def events_by_uid(self, account_id: AccountId, uid: str) -> list[ItemId]:
        rows = self._all("SELECT place FROM events WHERE account_id = ? AND uid = ? ORDER BY place", account_id, uid)
        return [ItemId(key) for (key,) in rows]


class EventWrites(EventReads, Writes):
    def _index_event(self, key: int, account_id: AccountId, event: EventKey) -> None:
        self.db.execute(
            "INSERT OR REPLACE INTO events VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                key,
                key >> UID_BITS,
                account_id,
                moment(event.starts_at),
                optional_moment(event.ends_at),
                event.is_recurring,
                event.uid,
            ),
        )

    def _copy_events(
        self, uids: Sequence[FolderUid], source_id: FolderId, new: dict[int, int], account_id: AccountId
    ) -> None:
        """`new`: the old places and the new ones."""
        rows = self._all(
            "SELECT place, starts_at, ends_at, is_recurring, uid FROM events WHERE place BETWEEN ? AND ?",
            place(source_id, uids[0]),
            place(source_id, uids[-1]),
        )
        copied: list[tuple[Any, ...]] = [
            (new[key], new[key] >> UID_BITS, account_id, *facts) for key, *facts in rows if key in new
        ]
        self.db.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)", copied)
