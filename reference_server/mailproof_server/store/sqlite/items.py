"""Items: what folders hold. Reading, arrival and change in place, with the counters of folder and account.

Every write here ends in `_log`, which moves the account's counters, and in `_count`, which moves the folder's; both
take the amounts from the items at hand, so that counting again always gives the same.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from mailproof_server.model.change import ChangeKind
from mailproof_server.model.errors import Invalid, NotFound
from mailproof_server.model.event import EventKey
from mailproof_server.model.ids import AccountId, FolderId, FolderUid, ItemId, Modseq, PrincipalId, UidValidity
from mailproof_server.model.item import Content, Flag, ItemRow, NewItem
from mailproof_server.model.object_ids import thread_object_id
from mailproof_server.store.base import Placement, UidRanges
from mailproof_server.store.sqlite.columns import (
    UID_BITS,
    UID_MASK,
    from_moment,
    message_key,
    moment,
    place,
    places,
    ranges_text,
    zone_s,
)
from mailproof_server.store.sqlite.contents import ContentReads, ContentWrites
from mailproof_server.store.sqlite.creators import CreatorReads, CreatorWrites
from mailproof_server.store.sqlite.events import EventReads, EventWrites
from mailproof_server.store.sqlite.keywords import KeywordReads, KeywordWrites
from mailproof_server.store.sqlite.selection import DELETED, SEEN, Lot
from mailproof_server.store.sqlite.session import uid_list

_ROW = (
    f"i.place, i.place >> {UID_BITS}, i.place & {UID_MASK}, i.content_id, f.system, f.keywords, f.modseq, i.size_bytes,"
    " i.received_at, i.received_zone_s, i.saved_at, i.thread"
)

_THREADS_ASKED = 64
"""How many of a message's ancestors are looked up: the nearest ones. A References field has no limit of its own."""


class Target(NamedTuple):
    """What an arrival needs to know of its folder: read for every message, so no more than that."""

    id: FolderId
    account_id: AccountId
    uid_validity: UidValidity
    uid_next: FolderUid
    modseq: Modseq


def _item_row(row: Any) -> ItemRow:
    """Columns of _ROW as an ItemRow; written for speed, since rows come by the ten thousand."""
    item_id, folder_id, uid, content_id, system, keywords, modseq, size_bytes, received, zone, saved, thread = row
    received_at = from_moment(received, zone)
    return ItemRow._make(
        (
            item_id,
            folder_id,
            uid,
            content_id,
            system,
            keywords,
            modseq,
            size_bytes,
            received_at,
            received_at if saved == received and not zone else from_moment(saved),
            thread_object_id(thread),
        )
    )


class ItemReads(CreatorReads, KeywordReads, ContentReads, EventReads):
    def uids(self, folder_id: FolderId) -> list[FolderUid]:
        row = self._one("SELECT uid_next, total FROM folders WHERE id = ?", folder_id)
        if row is None:
            return []
        if self.uid_cache is None or self.in_transaction:
            return self._uids_from(folder_id, 1)
        uid_next, total = row
        return self.uid_cache.get(folder_id, uid_next, total, lambda start: self._uids_from(folder_id, start)).copy()

    def first_unseen(self, folder_id: FolderId) -> FolderUid | None:
        row = self._one("SELECT unread, modseq FROM folders WHERE id = ?", folder_id)
        if row is None or not row[0]:
            return None
        if self.uid_cache is None or self.in_transaction:
            return self._first_unseen(folder_id)
        return self.uid_cache.first_unseen(folder_id, row[1], lambda: self._first_unseen(folder_id))

    def _first_unseen(self, folder_id: FolderId) -> FolderUid | None:
        row = self._one(
            f"SELECT place & {UID_MASK} FROM item_flags WHERE place BETWEEN ? AND ? AND system & {SEEN} = 0"  # noqa: S608
            " ORDER BY place LIMIT 1",
            place(folder_id, 1),
            place(folder_id, UID_MASK),
        )
        return None if row is None else FolderUid(row[0])

    def _uids_from(self, folder_id: FolderId, start: int) -> list[FolderUid]:
        rows = self._all(
            f"SELECT place & {UID_MASK} FROM item_flags WHERE place BETWEEN ? AND ? ORDER BY place",  # noqa: S608
            place(folder_id, start),
            place(folder_id, UID_MASK),
        )
        return uid_list(rows)

    def rows(
        self, folder_id: FolderId, ranges: UidRanges | None = None, changed_since: Modseq | None = None
    ) -> list[ItemRow]:
        since = "" if changed_since is None else f" AND f.modseq > {int(changed_since)}"
        sql = (
            f"SELECT {_ROW} FROM item_flags f CROSS JOIN items i ON i.place = f.place"  # noqa: S608 -- constants, an int
            f" WHERE f.place BETWEEN ? AND ?{since} ORDER BY f.place"
        )
        found: list[ItemRow] = []
        for span in places(folder_id, self._narrowed(folder_id, ranges, changed_since)):
            found.extend(map(_item_row, self.db.execute(sql, span)))
        return found

    def flag_rows(
        self, folder_id: FolderId, ranges: UidRanges | None = None, changed_since: Modseq | None = None
    ) -> list[tuple[FolderUid, int, str, Modseq]]:
        since = "" if changed_since is None else f" AND modseq > {int(changed_since)}"
        sql = (
            f"SELECT place & {UID_MASK}, system, keywords, modseq FROM item_flags"  # noqa: S608 -- constants, an int
            f" WHERE place BETWEEN ? AND ?{since} ORDER BY place"
        )
        spans = places(folder_id, self._narrowed(folder_id, ranges, changed_since))
        if len(spans) == 1:
            return self.db.execute(sql, spans[0]).fetchall()
        found: list[tuple[FolderUid, int, str, Modseq]] = []
        for span in spans:
            found.extend(self.db.execute(sql, span))
        return found

    def _narrowed(
        self, folder_id: FolderId, ranges: UidRanges | None, changed_since: Modseq | None
    ) -> UidRanges | None:
        """No ranges at all when the folder has not changed since then."""
        if changed_since is None:
            return ranges
        row = self._one("SELECT modseq FROM folders WHERE id = ?", folder_id)
        return () if row is None or row[0] <= changed_since else ranges

    def item(self, item_id: ItemId) -> ItemRow | None:
        row = self._one(
            f"SELECT {_ROW} FROM item_flags f CROSS JOIN items i ON i.place = f.place WHERE f.place = ?",  # noqa: S608
            item_id,
        )
        return None if row is None else _item_row(row)

    def with_message_id(self, folder_id: FolderId, message_id: str) -> list[FolderUid]:
        key = message_key(message_id)
        row = None if key is None else self._one("SELECT account_id FROM folders WHERE id = ?", folder_id)
        if row is None:
            return []
        rows = self._all(
            f"SELECT i.place & {UID_MASK} FROM items i JOIN contents c ON c.id = i.content_id WHERE i.account_id = ?"  # noqa: S608
            " AND i.message_key = ? AND i.place BETWEEN ? AND ? AND c.message_id = ? ORDER BY i.place",
            row[0],
            key,
            place(folder_id, 0),
            place(folder_id, UID_MASK),
            message_id,
        )
        return uid_list(rows)

    def properties(self, item_id: ItemId) -> dict[str, object]:
        row = self._one("SELECT properties FROM item_properties WHERE place = ?", item_id)
        return {} if row is None else json.loads(row[0])


class ItemWrites(ItemReads, CreatorWrites, KeywordWrites, ContentWrites, EventWrites):
    def add_items(
        self, folder_id: FolderId, items: Sequence[NewItem], now: datetime, creator: PrincipalId | None = None
    ) -> Placement:
        folder = self._target(folder_id)
        account_id = folder.account_id
        uids = self._new_uids(folder, len(items))
        if not uids:
            return placement_in(folder, uids, folder.modseq)
        lot = _lot_of(items, uids)
        text = ranges_text([(uids[0], uids[-1])])
        modseq = self._log(account_id, ChangeKind.CREATED, folder_id, text, items=len(uids), size_bytes=lot.size_bytes)
        saved_at = moment(now)
        for new, item in enumerate(items, place(folder_id, uids[0])):
            content, flags = item.content, item.flags
            received = item.received_at or now
            key = message_key(content.message_id)
            thread = self._thread(account_id, key, content.in_reply_to, content.references, new)
            row = (
                new,
                account_id,
                self._store_content(content),
                item.kind.value,
                content.size_bytes,
                moment(received),
                zone_s(received),
                saved_at,
                thread,
                key,
            )
            keywords = self._canonical(folder_id, account_id, flags.keywords) if flags.keywords else ""
            self._insert_item(row, int(flags.system), keywords, modseq)
            if item.properties is not None:
                self.db.execute("INSERT INTO item_properties VALUES (?, ?)", (new, _json(item.properties)))
            if item.event is not None:
                self._index_event(new, account_id, item.event)
        if creator is not None:
            self._note_creator(folder_id, uids, creator)
        self._count(folder_id, lot, 1, modseq, new_uids=len(uids))
        return placement_in(folder, uids, modseq)

    def update_item(
        self,
        item_id: ItemId,
        *,
        content: Content | None = None,
        properties: Mapping[str, object] | None = None,
        event: EventKey | None = None,
        now: datetime | None = None,
    ) -> None:
        row = self._one(
            "SELECT i.account_id, i.content_id, i.size_bytes, f.system FROM items i"
            " JOIN item_flags f ON f.place = i.place WHERE i.place = ?",
            item_id,
        )
        if row is None:
            raise NotFound(f"item {item_id} does not exist")
        account_id, old_content_id, old_size_bytes, system = row
        growth = 0 if content is None else content.size_bytes - old_size_bytes
        folder_id, uid = FolderId(item_id >> UID_BITS), item_id & UID_MASK
        modseq = self._log(account_id, ChangeKind.UPDATED, folder_id, str(uid), size_bytes=growth)
        if content is not None:
            self.db.execute(
                "UPDATE items SET content_id = ?, size_bytes = ?, message_key = ? WHERE place = ?",
                (self._store_content(content), content.size_bytes, message_key(content.message_id), item_id),
            )
            self._collect_contents(f"[{old_content_id}]")
        if properties is not None:
            self.db.execute("INSERT OR REPLACE INTO item_properties VALUES (?, ?)", (item_id, _json(properties)))
        if event is not None:
            self._index_event(item_id, account_id, event)
        if now is not None:
            self.db.execute("UPDATE items SET saved_at = ? WHERE place = ?", (moment(now), item_id))
        self.db.execute("UPDATE item_flags SET modseq = ? WHERE place = ?", (modseq, item_id))
        self._count(folder_id, Lot((), 0, 0, growth, growth if system & DELETED else 0), 1, modseq)

    # -- parts -------------------------------------------------------------------------------------------------------
    def _target(self, folder_id: FolderId) -> Target:
        row = self._one(
            "SELECT id, account_id, uid_validity, uid_next, modseq FROM folders WHERE id = ? AND selectable", folder_id
        )
        if row is None:
            raise Invalid("the folder is not there or cannot hold items")
        return Target._make(row)

    def _new_uids(self, folder: Target, count: int) -> tuple[FolderUid, ...]:
        if folder.uid_next + count > UID_MASK:
            raise Invalid("the folder has used up its uids")
        uids: Any = range(folder.uid_next, folder.uid_next + count)
        return tuple(uids)

    def _insert_item(self, row: tuple[Any, ...], system: int, keywords: str, modseq: Modseq) -> None:
        self.db.execute("INSERT INTO items VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        self.db.execute("INSERT INTO item_flags VALUES (?, ?, ?, ?)", (row[0], system, keywords, modseq))

    def _count(self, folder_id: FolderId, lot: Lot, sign: int, modseq: Modseq, *, new_uids: int = 0) -> None:
        """Move the folder's counters by the lot, up or down."""
        self.db.execute(
            "UPDATE folders SET total = total + ?, unread = unread + ?, deleted = deleted + ?,"
            " size_bytes = size_bytes + ?, deleted_size_bytes = deleted_size_bytes + ?, modseq = ?,"
            " uid_next = uid_next + ? WHERE id = ?",
            (
                sign * len(lot.uids),
                sign * lot.unread,
                sign * lot.deleted,
                sign * lot.size_bytes,
                sign * lot.deleted_size_bytes,
                modseq,
                new_uids,
                folder_id,
            ),
        )

    def _thread(
        self, account_id: AccountId, key: int | None, in_reply_to: str, references: Sequence[str], new: int
    ) -> int:
        """The thread of an arriving item: that of an item of the account which it names as an ancestor, or which has
        its own Message-ID (the sender's copy of a message to oneself); else a thread of its own."""
        keys = {key, *map(message_key, references[-_THREADS_ASKED:]), *map(message_key, in_reply_to.split()[:8])}
        keys.discard(None)
        if not keys:
            return new
        marks = _marks(len(keys))
        row = self._one(
            f"SELECT min(thread) FROM items WHERE account_id = ? AND message_key IN ({marks})",  # noqa: S608 -- marks
            account_id,
            *_padded(keys, marks.count("?")),
        )
        return new if row[0] is None else int(row[0])


def _lot_of(items: Sequence[NewItem], uids: tuple[FolderUid, ...]) -> Lot:
    deleted = [item.content.size_bytes for item in items if item.flags.system & Flag.DELETED]
    return Lot(
        uids,
        unread=sum(not item.flags.system & Flag.SEEN for item in items),
        deleted=len(deleted),
        size_bytes=sum(item.content.size_bytes for item in items),
        deleted_size_bytes=sum(deleted),
    )


def _marks(count: int) -> str:
    """Placeholders for at least so many values: powers of two, so that few statements are ever prepared."""
    return ", ".join("?" * (1 << (count - 1).bit_length()))


def _padded(keys: Iterable[int | None], count: int) -> Iterator[int | None]:
    listed = list(keys)
    yield from listed
    for _ in range(count - len(listed)):
        yield None


def placement_in(folder: Target, uids: tuple[FolderUid, ...], modseq: Modseq) -> Placement:
    """Where new items went."""
    base: Any = place(folder.id, 0)
    return Placement(folder.id, folder.uid_validity, uids, tuple(base | uid for uid in uids), modseq)


def _json(properties: Mapping[str, object]) -> str:
    return json.dumps(dict(properties), ensure_ascii=False, separators=(",", ":"))
