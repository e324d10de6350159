"""The directory: domains, users, groups, resources, their addresses, credentials and account grants."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from mailproof_server.model.account import DEFAULT_QUOTA_BYTES, Account, DirectoryEntry, PrincipalKind
from mailproof_server.model.change import ChangeKind
from mailproof_server.model.errors import AlreadyExists, Invalid, NotFound
from mailproof_server.model.folder import DISTINGUISHED, FolderKind, FolderRole
from mailproof_server.model.ids import AccountId, FolderId, Modseq, PrincipalId
from mailproof_server.model.permission import AccountPermission
from mailproof_server.store.base import DIRECTORY, Credential
from mailproof_server.store.sqlite.columns import from_moment, moment, optional_from_moment, optional_moment
from mailproof_server.store.sqlite.folders import FolderWrites
from mailproof_server.store.sqlite.session import Reads

_ENTRY = (
    "SELECT p.id, p.kind, a.address, p.display_name, p.username, p.enabled, p.hidden, o.id,"
    " (SELECT group_concat(address, char(10)) FROM addresses WHERE principal_id = p.id AND NOT is_primary),"
    " p.attributes FROM principals p JOIN addresses a ON a.principal_id = p.id AND a.is_primary"
    " LEFT JOIN accounts o ON o.principal_id = p.id"
)


def _entry(row: tuple[Any, ...]) -> DirectoryEntry:
    principal_id, kind, address, display_name, username, enabled, hidden, account_id, aliases, attributes = row
    return DirectoryEntry(
        id=PrincipalId(principal_id),
        kind=PrincipalKind(kind),
        address=address,
        display_name=display_name,
        username=username,
        enabled=bool(enabled),
        hidden=bool(hidden),
        account_id=account_id,
        aliases=() if aliases is None else tuple(sorted(aliases.split("\n"))),
        attributes=json.loads(attributes),
    )


class DirectoryReads(Reads):
    def domains(self) -> tuple[str, ...]:
        return tuple(name for (name,) in self._all("SELECT name FROM domains ORDER BY is_default DESC, name"))

    def entry(self, principal_id: PrincipalId) -> DirectoryEntry | None:
        return self._entry_where("p.id = ?", principal_id)

    def entry_by_address(self, address: str) -> DirectoryEntry | None:
        return self._entry_where("p.id = (SELECT principal_id FROM addresses WHERE address = ?)", address)

    def entry_by_username(self, username: str) -> DirectoryEntry | None:
        # Spelled out as the index's condition has it, else the index could not be used.
        return self._entry_where("p.username = ? AND p.username <> ''", username)

    def entry_of_account(self, account_id: AccountId) -> DirectoryEntry | None:
        return self._entry_where("p.id = (SELECT principal_id FROM accounts WHERE id = ?)", account_id)

    def entries(self, kind: PrincipalKind | None = None) -> list[DirectoryEntry]:
        if kind is None:
            rows = self._all(f"{_ENTRY} ORDER BY a.address")
        else:
            rows = self._all(f"{_ENTRY} WHERE p.kind = ? ORDER BY a.address", kind)
        return [_entry(row) for row in rows]

    def entries_beginning(
        self, words: Sequence[str], limit: int, kinds: Sequence[PrincipalKind] = tuple(PrincipalKind)
    ) -> list[DirectoryEntry]:
        prefixes = [word for word in words if word]
        if not prefixes:
            return []
        marks = ", ".join("?" * len(kinds))
        match = " ".join('"' + word.replace('"', '""') + '"*' for word in prefixes)
        rows = self._all(
            "SELECT p.id FROM address_book b CROSS JOIN principals p ON p.id = b.rowid"  # noqa: S608 -- marks only
            f" WHERE b.address_book MATCH ? AND NOT p.hidden AND p.enabled AND p.kind IN ({marks})"
            " ORDER BY p.display_name COLLATE NOCASE, p.id LIMIT ?",
            match,
            *kinds,
            limit,
        )
        return [entry for (principal_id,) in rows if (entry := self.entry(principal_id)) is not None]

    def entries_with_address(self, prefix: str, limit: int) -> list[DirectoryEntry]:
        rows = self._all(
            "SELECT p.id FROM addresses a CROSS JOIN principals p ON p.id = a.principal_id"
            " WHERE a.address >= ? AND a.address < ? AND NOT p.hidden AND p.enabled ORDER BY a.address LIMIT ?",
            prefix,
            prefix + "\U0010ffff",
            limit,
        )
        found = dict.fromkeys(principal_id for (principal_id,) in rows)
        return [entry for principal_id in found if (entry := self.entry(principal_id)) is not None]

    def group_members(self, group_id: PrincipalId) -> list[PrincipalId]:
        rows = self._all("SELECT member_id FROM group_members WHERE group_id = ? ORDER BY member_id", group_id)
        return [PrincipalId(member) for (member,) in rows]

    def groups_of(self, principal_id: PrincipalId) -> frozenset[PrincipalId]:
        rows = self._all(
            "WITH RECURSIVE above (id) AS (SELECT group_id FROM group_members WHERE member_id = ?"
            " UNION SELECT m.group_id FROM group_members m JOIN above ON m.member_id = above.id) SELECT id FROM above",
            principal_id,
        )
        return frozenset(PrincipalId(group) for (group,) in rows)

    def credentials(self, principal_id: PrincipalId) -> list[Credential]:
        rows = self._all(
            "SELECT id, principal_id, kind, name, secret_hash, created_at, expires_at, last_used_at FROM credentials"
            " WHERE principal_id = ? ORDER BY kind, name",
            principal_id,
        )
        return [
            Credential(
                id=credential_id,
                principal_id=PrincipalId(principal),
                kind=kind,
                name=name,
                secret_hash=secret_hash,
                created_at=from_moment(created_at),
                expires_at=optional_from_moment(expires_at),
                last_used_at=optional_from_moment(last_used_at),
            )
            for credential_id, principal, kind, name, secret_hash, created_at, expires_at, last_used_at in rows
        ]

    def account_grants(self, owner: AccountId) -> list[tuple[PrincipalId, AccountPermission]]:
        rows = self._all(
            "SELECT grantee_id, permission FROM account_grants WHERE account_id = ? ORDER BY grantee_id, permission",
            owner,
        )
        return [(PrincipalId(grantee), AccountPermission(permission)) for grantee, permission in rows]

    def group_grants(self, group_id: PrincipalId) -> list[tuple[PrincipalId, AccountPermission]]:
        rows = self._all(
            "SELECT grantee_id, permission FROM group_grants WHERE group_id = ? ORDER BY grantee_id, permission",
            group_id,
        )
        return [(PrincipalId(grantee), AccountPermission(permission)) for grantee, permission in rows]

    def account(self, account_id: AccountId) -> Account:
        row = self._one(
            "SELECT id, principal_id, modseq, log_floor, quota_bytes, used_bytes, item_count, quota_noticed_at"
            " FROM accounts WHERE id = ?",
            account_id,
        )
        if row is None:
            raise KeyError(account_id)
        _, principal_id, modseq, log_floor, quota_bytes, used_bytes, item_count, noticed_at = row
        return Account(
            id=account_id,
            principal_id=principal_id,
            modseq=modseq,
            log_floor=log_floor,
            quota_bytes=quota_bytes,
            used_bytes=used_bytes,
            item_count=item_count,
            quota_noticed_at=optional_from_moment(noticed_at),
        )

    def _entry_where(self, where: str, parameter: object) -> DirectoryEntry | None:
        row = self._one(f"{_ENTRY} WHERE {where}", parameter)
        return None if row is None else _entry(row)


class DirectoryWrites(DirectoryReads, FolderWrites):
    def add_domain(self, name: str, *, default: bool = False) -> None:
        name = name.lower()
        if self._one("SELECT 1 FROM domains WHERE name = ?", name):
            raise AlreadyExists(f"domain {name} exists")
        first = self._one("SELECT 1 FROM domains LIMIT 1") is None
        if default:
            self.db.execute("UPDATE domains SET is_default = 0")
        self.db.execute("INSERT INTO domains VALUES (?, ?)", (name, default or first))

    def set_default_domain(self, name: str) -> None:
        if not self._one("SELECT 1 FROM domains WHERE name = ?", name):
            raise NotFound(f"domain {name} does not exist")
        self.db.execute("UPDATE domains SET is_default = (name = ?)", (name,))

    def remove_domain(self, name: str) -> None:
        row = self._one("SELECT is_default FROM domains WHERE name = ?", name)
        if row is None:
            raise NotFound(f"domain {name} does not exist")
        if self._one("SELECT 1 FROM addresses WHERE domain = ? LIMIT 1", name):
            raise Invalid(f"domain {name} has addresses")
        self.db.execute("DELETE FROM domains WHERE name = ?", (name,))
        if row[0]:
            self.db.execute("UPDATE domains SET is_default = 1 WHERE name = (SELECT min(name) FROM domains)")

    def add_entry(
        self,
        kind: PrincipalKind,
        address: str,
        *,
        display_name: str = "",
        username: str = "",
        hidden: bool = False,
        attributes: Mapping[str, str] | None = None,
        quota_bytes: int | None = None,
        now: datetime,
    ) -> DirectoryEntry:
        if username and self._one("SELECT 1 FROM principals WHERE username = ? AND username <> ''", username):
            raise AlreadyExists(f"username {username} is in use")
        row = self.db.execute(
            "INSERT INTO principals (kind, display_name, username, hidden, attributes) VALUES (?, ?, ?, ?, ?)"
            " RETURNING id",
            (kind, display_name, username, hidden, _json(attributes)),
        ).fetchone()
        principal_id = PrincipalId(row[0])
        self._add_address(principal_id, address, primary=True)
        if kind is not PrincipalKind.GROUP:
            self._open_account(principal_id, DEFAULT_QUOTA_BYTES if quota_bytes is None else quota_bytes, now)
        return self._existing_entry(principal_id)

    def update_entry(
        self,
        principal_id: PrincipalId,
        *,
        display_name: str | None = None,
        enabled: bool | None = None,
        hidden: bool | None = None,
        address: str | None = None,
        attributes: Mapping[str, str] | None = None,
    ) -> None:
        entry = self._existing_entry(principal_id)
        self.tell_directory()
        self.db.execute(
            "UPDATE principals SET display_name = coalesce(?, display_name), enabled = coalesce(?, enabled),"
            " hidden = coalesce(?, hidden), attributes = coalesce(?, attributes) WHERE id = ?",
            (display_name, enabled, hidden, None if attributes is None else _json(attributes), principal_id),
        )
        if address is not None and address.lower() != entry.address:
            self.db.execute("UPDATE addresses SET is_primary = 0 WHERE address = ?", (entry.address,))
            if address.lower() in entry.aliases:
                self.db.execute("UPDATE addresses SET is_primary = 1 WHERE address = ?", (address.lower(),))
            else:
                self._add_address(principal_id, address, primary=True)

    def remove_entry(self, principal_id: PrincipalId) -> None:
        entry = self._existing_entry(principal_id)
        self.tell_directory()
        if entry.account_id is not None:
            self._close_account(entry.account_id)
        shared = self._all(
            "SELECT f.id, f.account_id FROM folder_grants g JOIN folders f ON f.id = g.folder_id WHERE g.grantee = ?",
            principal_id,
        )
        self.db.execute("DELETE FROM folder_grants WHERE grantee = ?", (principal_id,))
        for folder_id, account_id in shared:
            self._log(account_id, ChangeKind.FOLDER_UPDATED, folder_id)
        for (owner,) in self._all("SELECT DISTINCT account_id FROM account_grants WHERE grantee_id = ?", principal_id):
            self._log(owner, ChangeKind.FOLDER_UPDATED, self._root(owner))
        self.db.execute("DELETE FROM annotations WHERE viewer_id = ?", (principal_id,))
        self.db.execute("DELETE FROM principals WHERE id = ?", (principal_id,))

    def add_alias(self, principal_id: PrincipalId, address: str) -> None:
        self._existing_entry(principal_id)
        self._add_address(principal_id, address, primary=False)

    def remove_alias(self, principal_id: PrincipalId, address: str) -> None:
        removed = self.db.execute(
            "DELETE FROM addresses WHERE address = ? AND principal_id = ? AND NOT is_primary",
            (address.lower(), principal_id),
        ).rowcount
        if not removed:
            raise NotFound(f"{address} is no alias of the entry")

    def add_member(self, group_id: PrincipalId, member_id: PrincipalId) -> None:
        if self._existing_entry(group_id).kind is not PrincipalKind.GROUP:
            raise Invalid("only groups have members")
        self._existing_entry(member_id)
        self.db.execute("INSERT OR IGNORE INTO group_members VALUES (?, ?)", (group_id, member_id))

    def remove_member(self, group_id: PrincipalId, member_id: PrincipalId) -> None:
        removed = self.db.execute(
            "DELETE FROM group_members WHERE group_id = ? AND member_id = ?", (group_id, member_id)
        ).rowcount
        if not removed:
            raise NotFound("no such member")

    def set_password_hash(self, principal_id: PrincipalId, secret_hash: str, now: datetime) -> None:
        self._existing_entry(principal_id)
        self.tell_directory()
        self.db.execute(
            "INSERT INTO credentials (principal_id, kind, name, secret_hash, created_at)"
            " VALUES (?, 'password', '', ?, ?) ON CONFLICT (principal_id, kind, name)"
            " DO UPDATE SET secret_hash = excluded.secret_hash, created_at = excluded.created_at, last_used_at = NULL",
            (principal_id, secret_hash, moment(now)),
        )

    def add_credential(
        self,
        principal_id: PrincipalId,
        kind: str,
        name: str,
        secret_hash: str,
        now: datetime,
        expires_at: datetime | None,
    ) -> int:
        self._existing_entry(principal_id)
        key = (principal_id, kind, name)
        if self._one("SELECT 1 FROM credentials WHERE principal_id = ? AND kind = ? AND name = ?", *key):
            raise AlreadyExists(f"a {kind} named {name} exists")
        row = self.db.execute(
            "INSERT INTO credentials (principal_id, kind, name, secret_hash, created_at, expires_at)"
            " VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
            (*key, secret_hash, moment(now), optional_moment(expires_at)),
        ).fetchone()
        return int(row[0])

    def remove_credential(self, credential_id: int) -> None:
        if not self.db.execute("DELETE FROM credentials WHERE id = ?", (credential_id,)).rowcount:
            raise NotFound(f"no credential {credential_id}")
        self.tell_directory()

    def touch_credential(self, credential_id: int, now: datetime) -> None:
        sql = "UPDATE credentials SET last_used_at = ? WHERE id = ?"
        if not self.db.execute(sql, (moment(now), credential_id)).rowcount:
            raise NotFound(f"no credential {credential_id}")

    def set_quota(self, account_id: AccountId, quota_bytes: int) -> None:
        self._update_account("quota_bytes", quota_bytes, account_id)

    def set_quota_noticed(self, account_id: AccountId, at: datetime | None) -> None:
        self._update_account("quota_noticed_at", optional_moment(at), account_id)

    def grant_account(self, owner: AccountId, grantee: PrincipalId, permission: AccountPermission) -> None:
        self._existing_entry(grantee)
        self.db.execute("INSERT OR IGNORE INTO account_grants VALUES (?, ?, ?)", (owner, grantee, permission))
        self._log(owner, ChangeKind.FOLDER_UPDATED, self._root(owner))

    def revoke_account(self, owner: AccountId, grantee: PrincipalId, permission: AccountPermission) -> None:
        key = (owner, grantee, permission)
        sql = "DELETE FROM account_grants WHERE account_id = ? AND grantee_id = ? AND permission = ?"
        if not self.db.execute(sql, key).rowcount:
            raise NotFound("no such grant")
        self._log(owner, ChangeKind.FOLDER_UPDATED, self._root(owner))

    def grant_group(self, group_id: PrincipalId, grantee: PrincipalId, permission: AccountPermission) -> None:
        if self._existing_entry(group_id).kind is not PrincipalKind.GROUP:
            raise Invalid("only groups are granted on without an account")
        self._existing_entry(grantee)
        self.db.execute("INSERT OR IGNORE INTO group_grants VALUES (?, ?, ?)", (group_id, grantee, permission))

    def revoke_group(self, group_id: PrincipalId, grantee: PrincipalId, permission: AccountPermission) -> None:
        key = (group_id, grantee, permission)
        sql = "DELETE FROM group_grants WHERE group_id = ? AND grantee_id = ? AND permission = ?"
        if not self.db.execute(sql, key).rowcount:
            raise NotFound("no such grant")

    def tell_directory(self) -> None:
        self.touched[DIRECTORY] = Modseq(1)

    # -- parts -------------------------------------------------------------------------------------------------------
    def _existing_entry(self, principal_id: PrincipalId) -> DirectoryEntry:
        entry = self.entry(principal_id)
        if entry is None:
            raise NotFound(f"principal {principal_id} does not exist")
        return entry

    def _add_address(self, principal_id: PrincipalId, address: str, *, primary: bool) -> None:
        address = address.lower()
        local, _, domain = address.rpartition("@")
        if not local or any(char.isspace() for char in address):
            raise Invalid(f"{address!r} is no address")
        if not self._one("SELECT 1 FROM domains WHERE name = ?", domain):
            raise NotFound(f"domain {domain} is not accepted here")
        if self._one("SELECT 1 FROM addresses WHERE address = ?", address):
            raise AlreadyExists(f"{address} is in use")
        self.db.execute("INSERT INTO addresses VALUES (?, ?, ?, ?)", (address, principal_id, domain, primary))

    def _open_account(self, principal_id: PrincipalId, quota_bytes: int, now: datetime) -> None:
        # "a good uid validity value is a 32-bit representation of the current date/time" (RFC 3501 2.3.1.1): an account
        # made anew under an old address does not repeat the values that clients remember.
        generation = min(max(moment(now) // 1_000_000, 1), 2**31)
        row = self.db.execute(
            "INSERT INTO accounts (principal_id, quota_bytes, uid_validity_last) VALUES (?, ?, ?) RETURNING id",
            (principal_id, quota_bytes, generation),
        ).fetchone()
        account_id = AccountId(row[0])
        row = self.db.execute(
            "INSERT INTO folders (account_id, name, path, kind, role, special_uses, selectable, uid_validity, modseq)"
            " VALUES (?, '', '', ?, ?, '', 0, ?, 1) RETURNING id",
            (account_id, FolderKind.MAIL, FolderRole.ROOT, self._next_uid_validity(account_id)),
        ).fetchone()
        root_id = FolderId(row[0])
        self._log(account_id, ChangeKind.FOLDER_CREATED, root_id)
        for role, name, kind in DISTINGUISHED:
            self.create_folder(account_id, root_id, name, kind=kind, role=role)

    def _close_account(self, account_id: AccountId) -> None:
        # Who waits for the account is woken once more, and finds it gone when asking what happened.
        self.touched[account_id] = Modseq(self.account(account_id).modseq + 1)
        for folder in sorted(self.folders(account_id), key=lambda each: len(each.path), reverse=True):
            self._clear_folder(folder, logged=False)
            self.db.execute("DELETE FROM folders WHERE id = ?", (folder.id,))
        self.db.execute("DELETE FROM folders WHERE account_id = ?", (account_id,))
        self.db.execute("DELETE FROM changes WHERE account_id = ?", (account_id,))
        self.db.execute("DELETE FROM accounts WHERE id = ?", (account_id,))

    def _root(self, account_id: AccountId) -> FolderId:
        root = self.folder_by_role(account_id, FolderRole.ROOT)
        if root is None:
            raise NotFound(f"account {account_id} does not exist")
        return root.id

    def _update_account(self, column: str, value: object, account_id: AccountId) -> None:
        if not self.db.execute(f"UPDATE accounts SET {column} = ? WHERE id = ?", (value, account_id)).rowcount:  # noqa: S608
            raise NotFound(f"account {account_id} does not exist")


def _json(attributes: Mapping[str, str] | None) -> str:
    return json.dumps(dict(attributes or {}), ensure_ascii=False)
