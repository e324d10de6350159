"""What the parts of a view and of a transaction share: the connection, the change log's pen, the row shapes.

A view is made of one class per group of tables; each class reads through `self.db` only. A transaction adds the writes
and remembers which accounts it has changed (`touched`), for the wake-ups after COMMIT.
"""

import sqlite3
from typing import Any

from mailproof_server.model.change import ChangeKind
from mailproof_server.model.errors import FolderNotFound
from mailproof_server.model.folder import Folder, FolderKind, FolderRole
from mailproof_server.model.ids import AccountId, FolderId, FolderUid, Modseq, UidValidity
from mailproof_server.model.item import Content
from mailproof_server.store.sqlite.uid_cache import UidCache

FOLDER_COLUMNS = (
    "id, account_id, parent_id, name, path, kind, role, special_uses, selectable, uid_validity, uid_next, recent_from,"
    " modseq, total, unread, deleted, size_bytes, deleted_size_bytes"
)


def folder_of(row: tuple[Any, ...]) -> Folder:
    """A row of FOLDER_COLUMNS as a Folder."""
    id_, account_id, parent_id, name, path, kind, role, special_uses, selectable, *rest = row
    return Folder(
        id_,
        account_id,
        parent_id,
        name,
        path,
        FolderKind(kind),
        None if role is None else FolderRole(role),
        tuple(special_uses.split()),
        bool(selectable),
        *rest,
    )


class Reads:
    """Base of everything that reads."""

    in_transaction = False
    """Whether what is read may be rolled back again, so that nothing of it may be remembered."""

    def __init__(self, db: sqlite3.Connection, uid_cache: UidCache | None = None) -> None:
        self.db = db
        self.uid_cache = uid_cache

    def _one(self, sql: str, *parameters: object) -> Any:
        """The first row or None."""
        return self.db.execute(sql, parameters).fetchone()

    def _all(self, sql: str, *parameters: object) -> list[Any]:
        return self.db.execute(sql, parameters).fetchall()

    def _folder(self, where: str, *parameters: object) -> Folder | None:
        row = self._one(f"SELECT {FOLDER_COLUMNS} FROM folders WHERE {where}", *parameters)  # noqa: S608 -- constants
        return None if row is None else folder_of(row)

    def _existing_folder(self, folder_id: FolderId) -> Folder:
        folder = self._folder("id = ?", folder_id)
        if folder is None:
            raise FolderNotFound(f"folder {folder_id} does not exist")
        return folder


class Writes(Reads):
    """Base of everything that writes."""

    in_transaction = True

    def __init__(self, db: sqlite3.Connection, uid_cache: UidCache | None = None) -> None:
        super().__init__(db, uid_cache)
        self.touched: dict[AccountId, Modseq] = {}
        """Newest modseq of each account changed so far."""
        self._stored_contents: dict[int, tuple[Content, int]] = {}

    def _log(
        self,
        account_id: AccountId,
        kind: ChangeKind,
        folder_id: FolderId,
        uids: str = "",
        *,
        items: int = 0,
        size_bytes: int = 0,
    ) -> Modseq:
        """Append one record, raising the account's modseq by one and its counters by the given amounts."""
        row = self.db.execute(
            "UPDATE accounts SET modseq = modseq + 1, item_count = item_count + ?, used_bytes = used_bytes + ?"
            " WHERE id = ? RETURNING modseq",
            (items, size_bytes, account_id),
        ).fetchone()
        if row is None:
            raise KeyError(account_id)
        modseq = Modseq(row[0])
        self.db.execute("INSERT INTO changes VALUES (?, ?, ?, ?, ?)", (account_id, modseq, kind, folder_id, uids))
        self.touched[account_id] = modseq
        return modseq

    def _next_uid_validity(self, account_id: AccountId) -> UidValidity:
        row = self.db.execute(
            "UPDATE accounts SET uid_validity_last = uid_validity_last + 1 WHERE id = ? RETURNING uid_validity_last",
            (account_id,),
        ).fetchone()
        if row is None:
            raise KeyError(account_id)
        return UidValidity(row[0])


def uid_list(rows: list[Any]) -> list[FolderUid]:
    """Single-column rows as uids."""
    return [uid for (uid,) in rows]
