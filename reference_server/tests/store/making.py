"""What the store's tests are made of: contents built by hand, and a store driven from plain functions."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from mailproof_server.model.account import DirectoryEntry, PrincipalKind
from mailproof_server.model.folder import Folder, FolderRole
from mailproof_server.model.ids import AccountId, FolderUid
from mailproof_server.model.item import NO_FLAGS, Content, Flag, Flags, NewItem
from mailproof_server.store.base import Store, Transaction, View
from mailproof_server.store.sqlite import SqliteStore

T = TypeVar("T")

NOW = datetime(2026, 3, 4, 5, 6, 7, 890123, tzinfo=UTC)

STORES: dict[str, Callable[[Path], Store]] = {"sqlite": SqliteStore}
"""Every backend; each test of the Protocol runs on all of them."""


def content(
    data: bytes = b"Subject: hello\r\n\r\nbody\r\n",
    *,
    headers: str = "subject:hello\n",
    body: str = "body\n",
    sent_at: datetime | None = None,
    message_id: str = "",
    **fields: Any,
) -> Content:
    """A content with plausible columns; any of them can be given."""
    made = Content(
        data=data,
        size_bytes=len(data),
        structure=b"structure",
        envelope=b"(envelope)",
        body=b"(body)",
        body_structure=b"(body structure)",
        preview="body",
        headers_text=headers,
        body_text=body,
        sent_at=sent_at,
        message_id=message_id,
        in_reply_to="",
        references=(),
        subject="hello",
        base_subject="HELLO",
        sort_from="alice",
        sort_to="bob",
        sort_cc="",
        display_from="alice",
        display_to="bob",
        has_attachment=False,
    )
    return replace(made, **fields)


def new(size_bytes: int = 100, flags: Flag = NO_FLAGS, *keywords: str, **fields: Any) -> NewItem:
    """An item of so many octets."""
    return NewItem(content(b"x" * size_bytes, **fields), Flags(flags, frozenset(keywords)))


def uid_ranges(*uids: int) -> list[tuple[FolderUid, FolderUid]]:
    """Each uid as a range of its own."""
    return [(FolderUid(uid), FolderUid(uid)) for uid in uids]


EVERYTHING = [(FolderUid(1), FolderUid(2**32 - 1))]


@dataclass
class Driver:
    """A store and the event loop it lives on."""

    store: Store
    runner: asyncio.Runner

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(coroutine)

    def write(self, work: Callable[[Transaction], T]) -> T:
        return self.run(self.store.write(work))

    def read(self, work: Callable[[View], T], *, slow: bool = False) -> T:
        return self.run(self.store.read(work, slow=slow))

    def person(self, name: str = "alice") -> DirectoryEntry:
        """A user of example.test with an account."""

        def work(tx: Transaction) -> DirectoryEntry:
            if not tx.domains():
                tx.add_domain("example.test")
            return tx.add_entry(PrincipalKind.USER, f"{name}@example.test", username=name, now=NOW)

        return self.write(work)

    def account(self, name: str = "alice") -> AccountId:
        account_id = self.person(name).account_id
        assert account_id is not None
        return account_id

    def role(self, account_id: AccountId, role: FolderRole) -> Folder:
        folder = self.read(lambda view: view.folder_by_role(account_id, role))
        assert folder is not None
        return folder

    def inbox(self, account_id: AccountId) -> Folder:
        return self.role(account_id, FolderRole.INBOX)

    def folder(self, folder: Folder) -> Folder:
        """The folder as it is now."""
        found = self.read(lambda view: view.folder(folder.id))
        assert found is not None
        return found

    def add(self, folder: Folder, *items: NewItem) -> tuple[FolderUid, ...]:
        return self.write(lambda tx: tx.add_items(folder.id, items, NOW)).uids
