"""Folders, their grants, subscriptions and annotations.

A folder's path is stored with it and rewritten for the whole branch on a rename. The uid_validity of an account's
folders comes from one rising counter; a name that has lost its folder remembers the value it had (`past_paths`), since
"the unique identifier validity value MUST be greater than the one used in the earlier session" (RFC 3501 2.3.1.1) for
whatever appears under that name later, be it by CREATE or by RENAME.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from mailproof_server.model.change import ChangeKind
from mailproof_server.model.errors import AlreadyExists, FolderNotFound, HasChildren, Invalid
from mailproof_server.model.folder import SEPARATOR, Folder, FolderKind, FolderRole
from mailproof_server.model.ids import AccountId, FolderId, FolderUid, PrincipalId, UidValidity
from mailproof_server.model.permission import AccountPermission, Anyone, Grant, Right
from mailproof_server.store.sqlite.session import FOLDER_COLUMNS, Reads, folder_of
from mailproof_server.store.sqlite.transfers import TransferWrites

_ANYONE: dict[Anyone, int] = {Anyone.DEFAULT: 0, Anyone.ANONYMOUS: -1}
_GRANTEES = {number: anyone for anyone, number in _ANYONE.items()}
_PRIVATE = "/private/"


def _grantee(grantee: PrincipalId | Anyone) -> int:
    return _ANYONE[grantee] if isinstance(grantee, Anyone) else grantee


class FolderReads(Reads):
    def folder(self, folder_id: FolderId) -> Folder | None:
        return self._folder("id = ?", folder_id)

    def folder_by_path(self, account_id: AccountId, path: str) -> Folder | None:
        return self._folder("account_id = ? AND path = ?", account_id, path)

    def folder_by_role(self, account_id: AccountId, role: FolderRole) -> Folder | None:
        return self._folder("account_id = ? AND role = ?", account_id, role)

    def folders(self, account_id: AccountId) -> list[Folder]:
        rows = self._all(
            f"SELECT {FOLDER_COLUMNS} FROM folders WHERE account_id = ? AND parent_id IS NOT NULL",  # noqa: S608
            account_id,
        )
        return sorted(map(folder_of, rows), key=lambda each: each.path.split(SEPARATOR))

    def has_children(self, folder_id: FolderId) -> bool:
        return self._one("SELECT 1 FROM folders WHERE parent_id = ? LIMIT 1", folder_id) is not None

    def children(self, folder_id: FolderId) -> list[Folder]:
        sql = f"SELECT {FOLDER_COLUMNS} FROM folders WHERE parent_id = ? ORDER BY name"  # noqa: S608 -- constants
        return [folder_of(row) for row in self._all(sql, folder_id)]

    def grants_stamp(self) -> int:
        return int(self._one("SELECT stamp FROM grants_stamp")[0])

    def folder_grants(self, folder_id: FolderId) -> list[Grant]:
        rows = self._all("SELECT grantee, rights FROM folder_grants WHERE folder_id = ? ORDER BY grantee", folder_id)
        return [Grant(_GRANTEES.get(grantee, PrincipalId(grantee)), Right(rights)) for grantee, rights in rows]

    def accounts_with_grants_for(self, grantees: Iterable[PrincipalId]) -> list[AccountId]:
        wanted = list(grantees)
        marks = ", ".join("?" * len(wanted))
        rows = self._all(
            "SELECT f.account_id FROM folder_grants g JOIN folders f ON f.id = g.folder_id"  # noqa: S608 -- marks only
            f" WHERE g.grantee IN (0{', ' if wanted else ''}{marks}) UNION"
            f" SELECT account_id FROM account_grants WHERE grantee_id IN ({marks}) AND permission = ? ORDER BY 1",
            *wanted,
            *wanted,
            AccountPermission.FULL_ACCESS,
        )
        return [AccountId(account_id) for (account_id,) in rows]

    def subscriptions(self, principal_id: PrincipalId) -> list[tuple[AccountId, str]]:
        rows: list[tuple[AccountId, str]] = self._all(
            "SELECT account_id, path FROM subscriptions WHERE principal_id = ? ORDER BY account_id, path", principal_id
        )
        return rows

    def annotations(self, account_id: AccountId, folder_id: FolderId | None, viewer: PrincipalId) -> dict[str, bytes]:
        return dict(
            self._all(
                "SELECT entry, value FROM annotations WHERE account_id = ? AND folder_id = ? AND viewer_id IN (0, ?)"
                " ORDER BY entry",
                account_id,
                folder_id or 0,
                viewer,
            )
        )


class FolderWrites(FolderReads, TransferWrites):
    def create_folder(
        self,
        account_id: AccountId,
        parent_id: FolderId,
        name: str,
        *,
        kind: FolderKind = FolderKind.MAIL,
        role: FolderRole | None = None,
        special_uses: Sequence[str] = (),
        selectable: bool = True,
    ) -> Folder:
        path = self._new_path(account_id, parent_id, name)
        if role is not None and self.folder_by_role(account_id, role) is not None:
            raise AlreadyExists(f"a folder with the role {role} exists")
        present = self.folder_by_path(account_id, path)
        if present is not None and (present.selectable or not selectable):
            raise AlreadyExists(f"folder {path} exists")
        uid_validity = self._next_uid_validity(account_id)
        facts = (kind, role, _words(special_uses), selectable, uid_validity)
        if present is None:
            row = self.db.execute(
                "INSERT INTO folders (account_id, parent_id, name, path, kind, role, special_uses, selectable,"
                " uid_validity, modseq) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1) RETURNING id",
                (account_id, parent_id, name, path, *facts),
            ).fetchone()
            folder_id = FolderId(row[0])
            self.db.execute(
                "INSERT INTO folder_grants SELECT ?, grantee, rights FROM folder_grants"
                " WHERE folder_id = ? AND rights <> ?",
                (folder_id, parent_id, -1 if SEPARATOR in path else int(Right.FOLDER_VISIBLE)),
            )
            self.db.execute("DELETE FROM past_paths WHERE account_id = ? AND path = ?", (account_id, path))
        else:
            folder_id = present.id
            # uid_next stays: uids of the earlier life are not given again, so that item ids never name two things.
            self.db.execute(
                "UPDATE folders SET kind = ?, role = ?, special_uses = ?, selectable = ?, uid_validity = ?"
                " WHERE id = ?",
                (*facts, folder_id),
            )
        modseq = self._log(account_id, ChangeKind.FOLDER_CREATED, folder_id)
        self.db.execute("UPDATE folders SET modseq = ? WHERE id = ?", (modseq, folder_id))
        return self._existing_folder(folder_id)

    def rename_folder(self, folder_id: FolderId, parent_id: FolderId, name: str) -> Folder:
        folder = self._existing_folder(folder_id)
        if folder.parent_id is None:
            raise Invalid("the root cannot be renamed")
        path = self._new_path(folder.account_id, parent_id, name)
        if f"{path}{SEPARATOR}".startswith(f"{folder.path}{SEPARATOR}") and path != folder.path:
            raise Invalid(f"folder {folder.path} cannot move into itself")
        if self.folder_by_path(folder.account_id, path) is not None:
            raise AlreadyExists(f"folder {path} exists")
        branch = [folder, *self._below(folder)]
        self.db.execute("UPDATE folders SET parent_id = ?, name = ? WHERE id = ?", (parent_id, name, folder_id))
        for each in branch:
            self._remember_path(each)
            self.db.execute("UPDATE folders SET path = ? WHERE id = ?", (path + each.path[len(folder.path) :], each.id))
        self._log(folder.account_id, ChangeKind.FOLDER_UPDATED, folder_id)
        for each in branch:
            self._outgrow_past(each, path + each.path[len(folder.path) :])
        return self._existing_folder(folder_id)

    def make_container(self, folder_id: FolderId) -> None:
        folder = self._existing_folder(folder_id)
        if not folder.selectable:
            return
        self._clear_folder(folder, logged=True)
        self.db.execute(
            "UPDATE folders SET selectable = 0, role = NULL, special_uses = '', recent_from = uid_next WHERE id = ?",
            (folder_id,),
        )
        self.db.execute("DELETE FROM folder_keywords WHERE folder_id = ?", (folder_id,))
        self._log(folder.account_id, ChangeKind.FOLDER_UPDATED, folder_id)

    def remove_folder(self, folder_id: FolderId) -> None:
        folder = self._existing_folder(folder_id)
        if folder.parent_id is None:
            raise Invalid("the root cannot be removed")
        if self.has_children(folder_id):
            raise HasChildren(f"folder {folder.path} has subfolders")
        self._clear_folder(folder, logged=False)
        self._remember_path(folder)
        self.db.execute(
            "DELETE FROM annotations WHERE account_id = ? AND folder_id = ?", (folder.account_id, folder_id)
        )
        self.db.execute("DELETE FROM folders WHERE id = ?", (folder_id,))
        self._log(folder.account_id, ChangeKind.FOLDER_REMOVED, folder_id)

    def set_special_uses(self, folder_id: FolderId, special_uses: Sequence[str]) -> None:
        folder = self._existing_folder(folder_id)
        self.db.execute("UPDATE folders SET special_uses = ? WHERE id = ?", (_words(special_uses), folder_id))
        self._log(folder.account_id, ChangeKind.FOLDER_UPDATED, folder_id)

    def set_subscribed(self, principal_id: PrincipalId, owner: AccountId, path: str, subscribed: bool) -> None:
        if subscribed:
            sql = "INSERT OR IGNORE INTO subscriptions VALUES (?, ?, ?)"
        else:
            sql = "DELETE FROM subscriptions WHERE principal_id = ? AND account_id = ? AND path = ?"
        changed = self.db.execute(sql, (principal_id, owner, path)).rowcount
        folder = self.folder_by_path(owner, path) if changed else None
        # A name without a folder can be subscribed to as well (RFC 3501 6.3.6); there is no folder to report then.
        if folder is not None:
            self._log(owner, ChangeKind.FOLDER_UPDATED, folder.id)

    def rename_subscriptions(self, owner: AccountId, old_path: str, new_path: str) -> None:
        rows = self._all(
            "SELECT principal_id, path FROM subscriptions"
            " WHERE account_id = ? AND (path = ? OR (path > ? AND path < ?))",
            owner,
            old_path,
            *_branch(old_path),
        )
        for principal_id, path in rows:
            key = (principal_id, owner, path)
            self.db.execute("DELETE FROM subscriptions WHERE principal_id = ? AND account_id = ? AND path = ?", key)
        for principal_id, path in rows:
            renamed = (principal_id, owner, new_path + path[len(old_path) :])
            self.db.execute("INSERT OR IGNORE INTO subscriptions VALUES (?, ?, ?)", renamed)
        folder = self.folder_by_path(owner, new_path) if rows else None
        if folder is not None:
            self._log(owner, ChangeKind.FOLDER_UPDATED, folder.id)

    def set_grant(self, folder_id: FolderId, grantee: PrincipalId | Anyone, rights: Right | None) -> None:
        folder = self._existing_folder(folder_id)
        key = (folder_id, _grantee(grantee))
        if rights is None:
            self.db.execute("DELETE FROM folder_grants WHERE folder_id = ? AND grantee = ?", key)
        else:
            self.db.execute("INSERT OR REPLACE INTO folder_grants VALUES (?, ?, ?)", (*key, int(rights)))
        self._log(folder.account_id, ChangeKind.FOLDER_UPDATED, folder_id)

    def set_annotation(
        self, account_id: AccountId, folder_id: FolderId | None, viewer: PrincipalId, entry: str, value: bytes | None
    ) -> None:
        if folder_id is None:
            root = self.folder_by_role(account_id, FolderRole.ROOT)
            if root is None:
                raise KeyError(account_id)
            logged = root.id
        else:
            logged = self._existing_folder(folder_id).id
        entry = entry.lower()
        key = (account_id, folder_id or 0, viewer if entry.startswith(_PRIVATE) else 0, entry)
        if value is None:
            self.db.execute(
                "DELETE FROM annotations WHERE account_id = ? AND folder_id = ? AND viewer_id = ? AND entry = ?", key
            )
        else:
            self.db.execute("INSERT OR REPLACE INTO annotations VALUES (?, ?, ?, ?, ?)", (*key, value))
        modseq = self._log(account_id, ChangeKind.FOLDER_UPDATED, logged)
        # "it MUST increment the per-mailbox mod-sequence when SETMETADATA successfully changes an annotation"
        # (RFC 7162 3.2)
        self.db.execute("UPDATE folders SET modseq = ? WHERE id = ?", (modseq, logged))

    def claim_recent(self, folder_id: FolderId) -> FolderUid:
        folder = self._existing_folder(folder_id)
        if folder.recent_from != folder.uid_next:
            self.db.execute("UPDATE folders SET recent_from = uid_next WHERE id = ?", (folder_id,))
        return folder.recent_from

    # -- parts -------------------------------------------------------------------------------------------------------
    def _new_path(self, account_id: AccountId, parent_id: FolderId, name: str) -> str:
        parent = self.folder(parent_id)
        if parent is None or parent.account_id != account_id:
            raise FolderNotFound(f"the parent folder {parent_id} does not exist")
        if not name or SEPARATOR in name:
            raise Invalid(f"{name!r} cannot name a folder")
        return f"{parent.path}{SEPARATOR}{name}" if parent.parent_id is not None else name

    def _below(self, folder: Folder) -> list[Folder]:
        rows = self._all(
            f"SELECT {FOLDER_COLUMNS} FROM folders WHERE account_id = ? AND path > ? AND path < ?",  # noqa: S608
            folder.account_id,
            *_branch(folder.path),
        )
        return [folder_of(row) for row in rows]

    def _remember_path(self, folder: Folder) -> None:
        self.db.execute(
            "INSERT INTO past_paths VALUES (?, ?, ?) ON CONFLICT (account_id, path)"
            " DO UPDATE SET uid_validity = max(uid_validity, excluded.uid_validity)",
            (folder.account_id, folder.path, folder.uid_validity),
        )

    def _outgrow_past(self, folder: Folder, path: str) -> None:
        """Give a renamed folder a higher uid_validity where its new name has seen one that is higher than its own."""
        key = (folder.account_id, path)
        past: Any = self._one("SELECT uid_validity FROM past_paths WHERE account_id = ? AND path = ?", *key)
        self.db.execute("DELETE FROM past_paths WHERE account_id = ? AND path = ?", key)
        if past is not None and UidValidity(past[0]) > folder.uid_validity:
            self.db.execute(
                "UPDATE folders SET uid_validity = ? WHERE id = ?",
                (self._next_uid_validity(folder.account_id), folder.id),
            )
            self._log(folder.account_id, ChangeKind.FOLDER_UPDATED, folder.id)


def _words(special_uses: Sequence[str]) -> str:
    return " ".join(special_uses)


def _branch(path: str) -> tuple[str, str]:
    """Everything below `path` sorts strictly between these two, since `0` follows `/`."""
    return f"{path}{SEPARATOR}", f"{path}{chr(ord(SEPARATOR) + 1)}"
