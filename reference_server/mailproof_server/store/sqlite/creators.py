"""Who has created an item, where that is not the account's owner (MS-OXCPERM 2.2.7: EditOwned, DeleteOwned).

Only the items of guests have a row, so that storing into one's own account, and delivery, write nothing here.
"""

from collections.abc import Sequence

from mailproof_server.model.ids import FolderId, FolderUid, ItemId, PrincipalId
from mailproof_server.store.base import UidRanges
from mailproof_server.store.sqlite.columns import UID_MASK, place, places
from mailproof_server.store.sqlite.session import Reads, Writes


class CreatorReads(Reads):
    def created_by(self, folder_id: FolderId, ranges: UidRanges, creator: PrincipalId) -> list[FolderUid]:
        sql = (
            f"SELECT place & {UID_MASK} FROM item_creators WHERE place BETWEEN ? AND ? AND principal_id = ?"  # noqa: S608
            " ORDER BY place"
        )
        return [
            FolderUid(uid) for span in places(folder_id, ranges) for (uid,) in self.db.execute(sql, (*span, creator))
        ]

    def creator(self, item_id: ItemId) -> PrincipalId | None:
        row = self._one("SELECT principal_id FROM item_creators WHERE place = ?", item_id)
        return None if row is None else PrincipalId(row[0])


class CreatorWrites(CreatorReads, Writes):
    def _note_creator(self, folder_id: FolderId, uids: Sequence[FolderUid], creator: PrincipalId) -> None:
        rows = [(place(folder_id, uid), creator) for uid in uids]
        self.db.executemany("INSERT INTO item_creators VALUES (?, ?)", rows)

    def _copy_creators(
        self, source_id: FolderId, uids: Sequence[FolderUid], target_id: FolderId, new_uids: Sequence[FolderUid]
    ) -> None:
        """Corresponding uids, one to one."""
        if not uids:
            return
        rows = self._all(
            f"SELECT place & {UID_MASK}, principal_id FROM item_creators WHERE place BETWEEN ? AND ?",  # noqa: S608
            place(source_id, uids[0]),
            place(source_id, uids[-1]),
        )
        if rows:
            new = dict(zip(uids, new_uids, strict=True))
            copied = [(place(target_id, new[uid]), creator) for uid, creator in rows if uid in new]
            self.db.executemany("INSERT INTO item_creators VALUES (?, ?)", copied)
