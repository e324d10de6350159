"""Copy, move and removal of sets of items.

Within an account that is a handful of statements however many items there are. A transfer into another account goes
item by item, since threads and the spelling of keywords are an account's own.
"""

from collections.abc import Sequence
from datetime import datetime

from mailproof_server.model.change import ChangeKind
from mailproof_server.model.folder import Folder
from mailproof_server.model.ids import FolderId, FolderUid, Modseq, PrincipalId
from mailproof_server.store.base import Placement, Transfer, UidRanges
from mailproof_server.store.sqlite.columns import UID_MASK, compressed, moment, place, ranges_text
from mailproof_server.store.sqlite.items import ItemWrites, Target, placement_in
from mailproof_server.store.sqlite.selection import DELETED, Lot, SelectionReads, unbroken

_EVERYTHING: UidRanges = ((FolderUid(1), FolderUid(UID_MASK)),)


class TransferWrites(ItemWrites, SelectionReads):
    def copy_items(
        self,
        folder_id: FolderId,
        ranges: UidRanges,
        target_id: FolderId,
        now: datetime,
        creator: PrincipalId | None = None,
    ) -> Transfer:
        source, target = self._existing_folder(folder_id), self._target(target_id)
        lot = self._weigh(self._aim(folder_id, ranges))
        placement = self._put(source, lot, target, now)
        if creator is not None:
            self._note_creator(target_id, placement.uids, creator)
        return Transfer(lot.uids, placement)

    def move_items(
        self,
        folder_id: FolderId,
        ranges: UidRanges,
        target_id: FolderId,
        now: datetime,
        creator: PrincipalId | None = None,
    ) -> Transfer:
        source, target = self._existing_folder(folder_id), self._target(target_id)
        lot = self._weigh(self._aim(folder_id, ranges))
        placement = self._put(source, lot, target, now)
        if source.account_id == target.account_id:
            self._copy_creators(source.id, lot.uids, target_id, placement.uids)
        elif creator is not None:
            self._note_creator(target_id, placement.uids, creator)
        self._take(source, lot, ChangeKind.MOVED)
        return Transfer(lot.uids, placement)

    def remove_items(self, folder_id: FolderId, ranges: UidRanges, *, only_deleted: bool) -> tuple[FolderUid, ...]:
        folder = self._existing_folder(folder_id)
        aim = self._aim(folder_id, ranges)
        lot = self._weigh(aim.having(f"f.system & {DELETED}") if only_deleted else aim)
        contents = self._contents_of(folder, lot)
        self._take(folder, lot, ChangeKind.REMOVED)
        self._collect_contents(contents)
        return lot.uids

    # -- parts -------------------------------------------------------------------------------------------------------
    def _put(self, source: Folder, lot: Lot, target: Target, now: datetime) -> Placement:
        """Copies of the lot in the target folder."""
        uids = self._new_uids(target, len(lot.uids))
        if not uids:
            return placement_in(target, uids, target.modseq)
        text = ranges_text([(uids[0], uids[-1])])
        modseq = self._log(
            target.account_id, ChangeKind.CREATED, target.id, text, items=len(uids), size_bytes=lot.size_bytes
        )
        if source.account_id == target.account_id:
            self._copy_rows(source, lot, target, modseq, now)
        else:
            self._copy_foreign(source, lot, target, modseq, now)
        self._copy_properties(source, lot.uids, target, uids)
        self._count(target.id, lot, 1, modseq, new_uids=len(uids))
        return placement_in(target, uids, modseq)

    def _copy_rows(self, source: Folder, lot: Lot, target: Target, modseq: Modseq, now: datetime) -> None:
        selection = self._exactly(source.id, lot.uids)
        first = place(target.id, target.uid_next)
        if unbroken(lot.uids):
            # The usual case, and much the quickest: all keys move by the same amount.
            new, start = "f.place + ?", first - place(source.id, lot.uids[0])
        else:
            new, start = "? + row_number() OVER (ORDER BY f.place)", first - 1
        self.db.execute(
            f"INSERT INTO items SELECT {new}, account_id, content_id, kind, size_bytes, received_at,"  # noqa: S608
            f" received_zone_s, ?, thread, message_key FROM items f WHERE {selection.where}",
            (start, moment(now), *selection.parameters),
        )
        self.db.execute(
            f"INSERT INTO item_flags SELECT {new}, system, keywords, ? FROM item_flags f"  # noqa: S608
            f" WHERE {selection.where}",
            (start, modseq, *selection.parameters),
        )
        for (text,) in self._all(
            f"SELECT DISTINCT f.keywords FROM item_flags f WHERE {selection.where} AND f.keywords <> ''",  # noqa: S608
            *selection.parameters,
        ):
            self._canonical(target.id, target.account_id, text.split())

    def _copy_foreign(self, source: Folder, lot: Lot, target: Target, modseq: Modseq, now: datetime) -> None:
        """One by one, since each may be an ancestor of the next."""
        selection = self._exactly(source.id, lot.uids)
        rows = self._all(
            "SELECT i.content_id, i.kind, i.size_bytes, i.received_at, i.received_zone_s, i.message_key, c.in_reply_to,"  # noqa: S608
            " c.references_text, f.system, f.keywords FROM item_flags f CROSS JOIN items i ON i.place = f.place"
            f" CROSS JOIN contents c ON c.id = i.content_id WHERE {selection.where} ORDER BY f.place",
            *selection.parameters,
        )
        account_id = target.account_id
        for new, row in enumerate(rows, place(target.id, target.uid_next)):
            content_id, kind, size_bytes, received_at, zone_s, key, in_reply_to, references, system, keywords = row
            thread = self._thread(account_id, key, in_reply_to, references.split("\n"), new)
            item = (new, account_id, content_id, kind, size_bytes, received_at, zone_s, moment(now), thread, key)
            text = self._canonical(target.id, account_id, keywords.split()) if keywords else ""
            self._insert_item(item, system, text, modseq)

    def _copy_properties(
        self, source: Folder, uids: Sequence[FolderUid], target: Target, new_uids: Sequence[FolderUid]
    ) -> None:
        new = {place(source.id, uid): place(target.id, new_uid) for uid, new_uid in zip(uids, new_uids, strict=True)}
        self._copy_events(uids, source.id, new, target.account_id)
        rows = self._all(
            "SELECT place, properties FROM item_properties WHERE place BETWEEN ? AND ?",
            place(source.id, uids[0]),
            place(source.id, uids[-1]),
        )
        if rows:
            copied = [(new[key], text) for key, text in rows if key in new]
            self.db.executemany("INSERT INTO item_properties VALUES (?, ?)", copied)

    def _take(self, folder: Folder, lot: Lot, kind: ChangeKind) -> None:
        """Delete the lot from its folder; contents stay for whoever else holds them."""
        if not lot.uids:
            return
        text = ranges_text(compressed(lot.uids))
        modseq = self._log(folder.account_id, kind, folder.id, text, items=-len(lot.uids), size_bytes=-lot.size_bytes)
        self._delete_rows(folder, lot)
        self._count(folder.id, lot, -1, modseq)

    def _delete_rows(self, folder: Folder, lot: Lot) -> None:
        selection = self._exactly(folder.id, lot.uids)
        for table in ("item_flags", "item_properties", "item_creators", "events", "items"):
            self.db.execute(f"DELETE FROM {table} AS f WHERE {selection.where}", selection.parameters)  # noqa: S608

    def _contents_of(self, folder: Folder, lot: Lot) -> str:
        """The ids of the lot's contents as JSON, to collect those that nobody holds afterwards."""
        selection = self._exactly(folder.id, lot.uids)
        (ids,) = self._one(
            f"SELECT json_group_array(content_id) FROM items f WHERE {selection.where}",  # noqa: S608
            *selection.parameters,
        )
        return str(ids)

    def _clear_folder(self, folder: Folder, *, logged: bool) -> None:
        """Delete everything in the folder; not logged when the folder itself goes and says so."""
        lot = self._weigh(self._aim(folder.id, _EVERYTHING))
        if not lot.uids:
            return
        contents = self._contents_of(folder, lot)
        if logged:
            self._take(folder, lot, ChangeKind.REMOVED)
        else:
            self.db.execute(
                "UPDATE accounts SET item_count = item_count - ?, used_bytes = used_bytes - ? WHERE id = ?",
                (len(lot.uids), lot.size_bytes, folder.account_id),
            )
            self._delete_rows(folder, lot)
        self._collect_contents(contents)
