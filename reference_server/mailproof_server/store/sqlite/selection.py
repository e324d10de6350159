"""Sets of items as SQL conditions, and what such a set weighs in the counters."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mailproof_server.model.ids import FolderId, FolderUid
from mailproof_server.model.item import Flag
from mailproof_server.store.base import UidRanges
from mailproof_server.store.sqlite.columns import UID_MASK, place, places
from mailproof_server.store.sqlite.session import Reads

SEEN = int(Flag.SEEN)
DELETED = int(Flag.DELETED)


@dataclass(frozen=True, slots=True)
class Selection:
    """Rows of `item_flags f`, as a condition."""

    where: str
    parameters: tuple[object, ...]

    def having(self, condition: str, *parameters: object) -> "Selection":
        """Those of them for which something more holds."""
        return Selection(f"{self.where} AND {condition}", (*self.parameters, *parameters))


@dataclass(frozen=True, slots=True)
class Lot:
    """A set of items of one folder: which, and what they weigh in the counters of folder and account."""

    uids: tuple[FolderUid, ...]
    unread: int
    deleted: int
    size_bytes: int
    deleted_size_bytes: int


class SelectionReads(Reads):
    def _aim(self, folder_id: FolderId, ranges: UidRanges) -> Selection:
        """What is in the ranges; many ranges are resolved to the items that exist."""
        spans = places(folder_id, ranges)
        if len(spans) == 1:
            return Selection("f.place BETWEEN ? AND ?", spans[0])
        sql = "SELECT place FROM item_flags WHERE place BETWEEN ? AND ?"
        return _among([key for span in spans for (key,) in self.db.execute(sql, span)])

    def _exactly(self, folder_id: FolderId, uids: Sequence[FolderUid]) -> Selection:
        """Existing items, by their ascending uids."""
        if unbroken(uids):
            return Selection("f.place BETWEEN ? AND ?", (place(folder_id, uids[0]), place(folder_id, uids[-1])))
        return _among([place(folder_id, uid) for uid in uids])

    def _matching(self, selection: Selection) -> tuple[FolderUid, ...]:
        """The uids, ascending; as one text, since a thousand rows would cost more than most changes."""
        (uids,) = self._one(
            f"SELECT group_concat(uid) FROM (SELECT f.place & {UID_MASK} AS uid FROM item_flags f"  # noqa: S608
            f" WHERE {selection.where} ORDER BY f.place)",
            *selection.parameters,
        )
        return _numbers(uids)

    def _weigh(self, selection: Selection) -> Lot:
        uids, *weights = self._one(
            "SELECT group_concat(uid), sum(unread), sum(deleted), sum(size_bytes), sum(size_bytes * deleted)"  # noqa: S608
            f" FROM (SELECT f.place & {UID_MASK} AS uid, f.system & {SEEN} = 0 AS unread,"
            f" f.system & {DELETED} <> 0 AS deleted, i.size_bytes AS size_bytes"
            f" FROM item_flags f CROSS JOIN items i ON i.place = f.place WHERE {selection.where} ORDER BY f.place)",
            *selection.parameters,
        )
        return Lot(_numbers(uids), *weights) if uids else Lot((), 0, 0, 0, 0)


def unbroken(uids: Sequence[FolderUid]) -> bool:
    """Whether ascending uids leave no gap."""
    return bool(uids) and uids[-1] - uids[0] + 1 == len(uids)


def _among(keys: list[int]) -> Selection:
    return Selection("f.place IN (SELECT value FROM json_each(?))", (json.dumps(keys),))


def _numbers(text: str | None) -> tuple[FolderUid, ...]:
    """What group_concat gave, as uids. Without a call for each: sets are large."""
    numbers: tuple[Any, ...] = () if text is None else tuple(map(int, text.split(",")))
    return numbers
