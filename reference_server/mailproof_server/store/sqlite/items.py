"""Items: what folders hold. Arrival, copy, move and removal, with the counters of folder and account.

Every write here ends in `_log`, which moves the account's counters, and in `_count`, which moves the folder's; both
take the amounts from the rows at hand, so that counting again always gives the same.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import starmap
from typing import NamedTuple

from mailproof_server.model.change import ChangeKind
from mailproof_server.model.errors import Invalid, NotFound
from mailproof_server.model.folder import Folder
from mailproof_server.model.ids import AccountId, ContentId, FolderId, FolderUid, ItemId, Modseq
from mailproof_server.model.item import Content, Flag, ItemRow, NewItem
from mailproof_server.model.object_ids import thread_object_id
from mailproof_server.store.base import Placement, Transfer, UidRanges
from mailproof_server.store.sqlite.columns import (
    UID_BITS,
    UID_MASK,
    compressed,
    from_moment,
    message_key,
    moment,
    place,
    places,
    ranges_text,
    zone_s,
)
from mailproof_server.store.sqlite.contents import ContentReads, ContentWrites
from mailproof_server.store.sqlite.keywords import KeywordReads, KeywordWrites
from mailproof_server.store.sqlite.session import uid_list

_SEEN = int(Flag.SEEN)
_DELETED = int(Flag.DELETED)

_ROW = (
    f"i.place, i.place >> {UID_BITS}, i.place & {UID_MASK}, i.content_id, f.system, f.keywords, f.modseq, i.size_bytes,"
    " i.received_at, i.received_zone_s, i.saved_at, i.thread"
)

_THREADS_ASKED = 64
"""How many of a message's ancestors are looked up: the nearest ones. A References field has no limit of its own."""


class _Stored(NamedTuple):
    """An item's rows as a copy takes them along."""

    place: int
    account_id: int
    content_id: int
    kind: str
    size_bytes: int
    received_at: int
    received_zone_s: int
    saved_at: int
    thread: int
    message_key: int | None
    system: int
    keywords: str


_STORED = (
    "i.place, i.account_id, i.content_id, i.kind, i.size_bytes, i.received_at, i.received_zone_s, i.saved_at, i.thread,"
    " i.message_key, f.system, f.keywords"
)


def _item_row(
    item_id: int, folder_id: int, uid: int, content_id: int, system: int, keywords: str, modseq: int, size_bytes: int,
    received_at: int, received_zone_s: int, saved_at: int, thread: int,
) -> ItemRow:  # fmt: skip
    return ItemRow(
        ItemId(item_id), FolderId(folder_id), FolderUid(uid), ContentId(content_id), system, keywords, Modseq(modseq),
        size_bytes, from_moment(received_at, received_zone_s), from_moment(saved_at), thread_object_id(thread),
    )  # fmt: skip


class ItemReads(KeywordReads, ContentReads):
    def uids(self, folder_id: FolderId) -> list[FolderUid]:
        row = self._one("SELECT uid_next, total FROM folders WHERE id = ?", folder_id)
        if row is None:
            return []
        if self.uid_cache is None:
            return self._uids_from(folder_id, 1)
        uid_next, total = row
        return self.uid_cache.get(folder_id, uid_next, total, lambda start: self._uids_from(folder_id, start)).copy()

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
            found.extend(starmap(_item_row, self.db.execute(sql, span)))
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
        return None if row is None else _item_row(*row)

    def properties(self, item_id: ItemId) -> dict[str, object]:
        row = self._one("SELECT properties FROM item_properties WHERE place = ?", item_id)
        return {} if row is None else json.loads(row[0])


class ItemWrites(ItemReads, KeywordWrites, ContentWrites):
    def add_items(self, folder_id: FolderId, items: Sequence[NewItem], now: datetime) -> Placement:
        folder = self._target(folder_id)
        account_id = folder.account_id
        saved_at = moment(now)
        first = folder.uid_next
        rows: list[_Stored] = []
        properties: list[tuple[int, str]] = []
        uids = self._new_uids(folder, len(items))
        modseq = self._arrived(folder, uids, sum(item.content.size_bytes for item in items))
        for uid, item in zip(uids, items, strict=True):
            content = item.content
            received = item.received_at or now
            key = message_key(content.message_id)
            place_ = place(folder_id, uid)
            stored = _Stored(
                place=place_,
                account_id=account_id,
                content_id=self._store_content(content),
                kind=item.kind.value,
                size_bytes=content.size_bytes,
                received_at=moment(received),
                received_zone_s=zone_s(received),
                saved_at=saved_at,
                thread=self._thread(account_id, key, content.in_reply_to, content.references, place_),
                message_key=key,
                system=int(item.flags.system),
                keywords=self._canonical(folder_id, account_id, item.flags.keywords) if item.flags.keywords else "",
            )
            self.db.execute("INSERT INTO items VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", stored[:10])
            rows.append(stored)
            if item.properties is not None:
                properties.append((place_, _json(item.properties)))
        self._insert_flags(rows, modseq)
        self.db.executemany("INSERT INTO item_properties VALUES (?, ?)", properties)
        self._count(folder_id, rows, 1, modseq, uid_next=first + len(rows))
        return _placement(folder, uids, modseq)

    def copy_items(self, folder_id: FolderId, ranges: UidRanges, target_id: FolderId, now: datetime) -> Transfer:
        self._existing_folder(folder_id)
        target = self._target(target_id)
        rows = self._stored_rows(folder_id, ranges)
        return Transfer(_uids(rows), self._put(rows, target, now))

    def move_items(self, folder_id: FolderId, ranges: UidRanges, target_id: FolderId, now: datetime) -> Transfer:
        source = self._existing_folder(folder_id)
        target = self._target(target_id)
        rows = self._stored_rows(folder_id, ranges)
        placement = self._put(rows, target, now)
        self._take(source, rows, ChangeKind.MOVED)
        return Transfer(_uids(rows), placement)

    def remove_items(self, folder_id: FolderId, ranges: UidRanges, *, only_deleted: bool) -> tuple[FolderUid, ...]:
        folder = self._existing_folder(folder_id)
        rows = self._stored_rows(folder_id, ranges, f" AND f.system & {_DELETED}" if only_deleted else "")
        self._take(folder, rows, ChangeKind.REMOVED)
        self._collect_contents(row.content_id for row in rows)
        return _uids(rows)

    def update_item(
        self, item_id: ItemId, *, content: Content | None = None, properties: Mapping[str, object] | None = None
    ) -> None:
        rows = self._stored_rows(FolderId(item_id >> UID_BITS), ((FolderUid(item_id & UID_MASK),) * 2,))
        if not rows:
            raise NotFound(f"item {item_id} does not exist")
        (row,) = rows
        growth = 0 if content is None else content.size_bytes - row.size_bytes
        folder_id, uid = FolderId(item_id >> UID_BITS), item_id & UID_MASK
        modseq = self._log(AccountId(row.account_id), ChangeKind.UPDATED, folder_id, str(uid), size_bytes=growth)
        if content is not None:
            self.db.execute(
                "UPDATE items SET content_id = ?, size_bytes = ?, message_key = ? WHERE place = ?",
                (self._store_content(content), content.size_bytes, message_key(content.message_id), item_id),
            )
            self._collect_contents([row.content_id])
        if properties is not None:
            self.db.execute("INSERT OR REPLACE INTO item_properties VALUES (?, ?)", (item_id, _json(properties)))
        self.db.execute("UPDATE item_flags SET modseq = ? WHERE place = ?", (modseq, item_id))
        self.db.execute(
            "UPDATE folders SET modseq = ?, size_bytes = size_bytes + ?, deleted_size_bytes = deleted_size_bytes + ?"
            " WHERE id = ?",
            (modseq, growth, growth if row.system & _DELETED else 0, folder_id),
        )

    # -- parts -------------------------------------------------------------------------------------------------------
    def _target(self, folder_id: FolderId) -> Folder:
        folder = self._folder("id = ?", folder_id)
        if folder is None or not folder.selectable:
            raise Invalid("the folder is not there or cannot hold items")
        return folder

    def _new_uids(self, folder: Folder, count: int) -> tuple[FolderUid, ...]:
        if folder.uid_next + count > UID_MASK:
            raise Invalid(f"folder {folder.path} has used up its uids")
        return tuple(map(FolderUid, range(folder.uid_next, folder.uid_next + count)))

    def _arrived(self, folder: Folder, uids: tuple[FolderUid, ...], size_bytes: int) -> Modseq:
        """Log an arrival; nothing arriving leaves no record."""
        if not uids:
            return folder.modseq
        text = ranges_text([(uids[0], uids[-1])])
        return self._log(folder.account_id, ChangeKind.CREATED, folder.id, text, items=len(uids), size_bytes=size_bytes)

    def _insert_flags(self, rows: Iterable[_Stored], modseq: Modseq) -> None:
        self.db.executemany(
            "INSERT INTO item_flags VALUES (?, ?, ?, ?)",
            [(row.place, row.system, row.keywords, modseq) for row in rows],
        )

    def _count(
        self, folder_id: FolderId, rows: Sequence[_Stored], sign: int, modseq: Modseq, *, uid_next: int | None = None
    ) -> None:
        """Move the folder's counters by these rows, up or down."""
        if not rows:
            return
        deleted = [row.size_bytes for row in rows if row.system & _DELETED]
        self.db.execute(
            "UPDATE folders SET total = total + ?, unread = unread + ?, deleted = deleted + ?,"
            " size_bytes = size_bytes + ?, deleted_size_bytes = deleted_size_bytes + ?, modseq = ?,"
            " uid_next = coalesce(?, uid_next) WHERE id = ?",
            (
                sign * len(rows),
                sign * sum(not row.system & _SEEN for row in rows),
                sign * len(deleted),
                sign * sum(row.size_bytes for row in rows),
                sign * sum(deleted),
                modseq,
                uid_next,
                folder_id,
            ),
        )

    def _stored_rows(self, folder_id: FolderId, ranges: UidRanges | None, condition: str = "") -> list[_Stored]:
        sql = (
            f"SELECT {_STORED} FROM item_flags f CROSS JOIN items i ON i.place = f.place"  # noqa: S608 -- constants
            f" WHERE f.place BETWEEN ? AND ?{condition} ORDER BY f.place"
        )
        return [_Stored._make(row) for span in places(folder_id, ranges) for row in self.db.execute(sql, span)]

    def _put(self, rows: Sequence[_Stored], target: Folder, now: datetime) -> Placement:
        """Copies of the rows in the target folder; an account of its own finds threads and keywords of its own."""
        uids = self._new_uids(target, len(rows))
        modseq = self._arrived(target, uids, sum(row.size_bytes for row in rows))
        saved_at = moment(now)
        new = [
            row._replace(place=place(target.id, uid), account_id=target.account_id, saved_at=saved_at)
            for uid, row in zip(uids, rows, strict=True)
        ]
        keywords = {
            text: self._canonical(target.id, target.account_id, text.split())
            for text in {row.keywords for row in rows if row.keywords}
        }
        if keywords:
            new = [row._replace(keywords=keywords.get(row.keywords, "")) for row in new]
        if any(row.account_id != target.account_id for row in rows):
            self._insert_foreign(new)
        else:
            self._insert_items(new)
        self._insert_flags(new, modseq)
        self._copy_properties(rows, new)
        self._count(target.id, new, 1, modseq, uid_next=target.uid_next + len(new))
        return _placement(target, uids, modseq)

    def _insert_items(self, rows: Sequence[_Stored]) -> None:
        self.db.executemany("INSERT INTO items VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", [row[:10] for row in rows])

    def _insert_foreign(self, rows: Sequence[_Stored]) -> None:
        """One by one, since each may be an ancestor of the next."""
        for row in rows:
            in_reply_to, references = self._one(
                "SELECT in_reply_to, references_text FROM contents WHERE id = ?", row.content_id
            )
            thread = self._thread(
                AccountId(row.account_id), row.message_key, in_reply_to, references.split("\n"), row.place
            )
            self._insert_items([row._replace(thread=thread)])

    def _copy_properties(self, rows: Sequence[_Stored], new: Sequence[_Stored]) -> None:
        target = {here.place: there.place for here, there in zip(rows, new, strict=True)}
        found = self._all(
            "SELECT place, properties FROM item_properties WHERE place IN (SELECT value FROM json_each(?))",
            json.dumps(list(target)),
        )
        self.db.executemany("INSERT INTO item_properties VALUES (?, ?)", [(target[here], text) for here, text in found])

    def _take(self, folder: Folder, rows: Sequence[_Stored], kind: ChangeKind) -> None:
        """Delete the rows from their folder; contents stay for whoever else holds them."""
        if not rows:
            return
        text = ranges_text(compressed(_uids(rows)))
        modseq = self._log(
            folder.account_id, kind, folder.id, text, items=-len(rows), size_bytes=-sum(row.size_bytes for row in rows)
        )
        self._delete_rows(row.place for row in rows)
        self._count(folder.id, rows, -1, modseq)

    def _delete_rows(self, gone: Iterable[int]) -> None:
        keys = json.dumps(list(gone))
        for table in ("item_flags", "item_properties", "items"):
            sql = f"DELETE FROM {table} WHERE place IN (SELECT value FROM json_each(?))"  # noqa: S608 -- constants
            self.db.execute(sql, (keys,))

    def _clear_folder(self, folder: Folder, *, logged: bool) -> None:
        """Delete everything in the folder; not logged when the folder itself goes and says so."""
        rows = self._stored_rows(folder.id, None)
        if logged:
            self._take(folder, rows, ChangeKind.REMOVED)
        elif rows:
            self.db.execute(
                "UPDATE accounts SET item_count = item_count - ?, used_bytes = used_bytes - ? WHERE id = ?",
                (len(rows), sum(row.size_bytes for row in rows), folder.account_id),
            )
            self._delete_rows(row.place for row in rows)
        if rows:
            self._collect_contents(row.content_id for row in rows)

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


def _marks(count: int) -> str:
    """Placeholders for at least so many values: powers of two, so that few statements are ever prepared."""
    return ", ".join("?" * (1 << (count - 1).bit_length()))


def _padded(keys: Iterable[int | None], count: int) -> Iterator[int | None]:
    listed = list(keys)
    yield from listed
    for _ in range(count - len(listed)):
        yield None


def _uids(rows: Iterable[_Stored]) -> tuple[FolderUid, ...]:
    return tuple(FolderUid(row.place & UID_MASK) for row in rows)


def _placement(folder: Folder, uids: tuple[FolderUid, ...], modseq: Modseq) -> Placement:
    item_ids = tuple(ItemId(place(folder.id, uid)) for uid in uids)
    return Placement(folder.id, folder.uid_validity, uids, item_ids, modseq)


def _json(properties: Mapping[str, object]) -> str:
    return json.dumps(dict(properties), ensure_ascii=False, separators=(",", ":"))
