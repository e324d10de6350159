"""Folders: listing, opening, making, renaming, removing, subscribing (RFC 9051 6.3, RFC 4314 section 4).

Paths are Unicode, joined by `/`; the inbox is spelt INBOX. A folder that the principal may not see looks absent.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from mailproof_server.model.account import DirectoryEntry, Principal
from mailproof_server.model.clock import Clock
from mailproof_server.model.errors import (
    AlreadyExists,
    FolderNotFound,
    HasChildren,
    Invalid,
    NotFound,
    PermissionDenied,
    Refusal,
    TooMany,
)
from mailproof_server.model.folder import SEPARATOR, Folder, FolderKind, FolderRole
from mailproof_server.model.ids import AccountId, FolderId, FolderUid, Modseq
from mailproof_server.model.permission import Right
from mailproof_server.services.folder_names import checked_parts
from mailproof_server.services.limits import ServiceLimits
from mailproof_server.services.permissions import folder_for, identities, require, rights_of
from mailproof_server.store.base import Store, Transaction, View


@dataclass(frozen=True, slots=True)
class FolderView:
    """A folder as one principal sees it."""

    folder: Folder
    rights: Right
    subscribed: bool
    has_children: bool
    """Visible ones."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What a session needs of a folder it opens, all of one snapshot."""

    view: FolderView
    uids: list[FolderUid]
    """Every uid, ascending."""
    cursor: Modseq
    """The account's newest change: what came later is news."""
    recent_from: FolderUid
    """Items from this uid on are recent for the caller's session."""
    keywords: tuple[str, ...]
    first_unseen: FolderUid | None


# `Folders.list` hides the builtin from the signatures below it.
DirectoryEntries: TypeAlias = list[DirectoryEntry]
Subscriptions: TypeAlias = list[tuple[AccountId, str]]


class Folders:
    """Every method takes who acts and whose account it is; checks rights; refuses in the words of `model.errors`."""

    def __init__(self, store: Store, clock: Clock, limits: ServiceLimits) -> None:
        self._store = store
        self._clock = clock
        self._limits = limits

    async def list(self, principal: Principal, owner: AccountId) -> list[FolderView]:
        """The visible folders of every kind, parents before children; the root is not among them."""
        return await self._store.read(lambda view: _visible(view, principal, owner))

    async def shared_accounts(self, principal: Principal) -> DirectoryEntries:
        """The owners, by address, of other accounts in which at least one folder is visible to the principal."""

        def work(view: View) -> list[DirectoryEntry]:
            found: list[DirectoryEntry] = []
            who = identities(view, principal)
            for account_id in view.accounts_with_grants_for(who):
                if account_id == principal.account_id:
                    continue
                entry = view.entry_of_account(account_id)
                if entry is not None and any(
                    Right.FOLDER_VISIBLE in rights_of(view, principal, each) for each in view.folders(account_id)
                ):
                    found.append(entry)
            return sorted(found, key=lambda entry: entry.address)

        return await self._store.read(work)

    async def owner(self, address: str) -> DirectoryEntry:
        """The user or resource with an account at this primary address or alias. Raises NotFound."""
        entry = await self._store.read(lambda view: view.entry_by_address(address.lower()))
        if entry is None or entry.account_id is None:
            raise NotFound(f"No such account: {address}")
        return entry

    async def open(
        self, principal: Principal, owner: AccountId, path: str, needed: Right = Right.FOLDER_VISIBLE
    ) -> FolderView:
        """The folder at a path.

        Raises FolderNotFound when it is absent or must look so, with `can_create` telling whether the principal could
        make it; PermissionDenied when it is visible and a right of `needed` is missing.
        """

        def work(view: View) -> FolderView:
            folder = view.folder_by_path(owner, path) if path else None
            if folder is not None:
                rights = rights_of(view, principal, folder)
                if not needed & ~rights:
                    return _folder_view(view, principal, folder, rights)
                if Right.FOLDER_VISIBLE in rights:
                    require(folder, rights, needed)
            raise FolderNotFound(f"No such folder: {path}", can_create=self._can_create(view, principal, owner, path))

        return await self._store.read(work)

    async def enter(self, principal: Principal, owner: AccountId, path: str, *, claim_recent: bool) -> Opened:
        """Open a folder for reading; `claim_recent`: what is recent becomes so for the caller's session alone.

        Raises FolderNotFound, PermissionDenied (READ_ANY).
        """

        def work(view: View) -> Opened:
            folder = view.folder_by_path(owner, path) if path else None
            if folder is None:
                raise FolderNotFound(
                    f"No such folder: {path}", can_create=self._can_create(view, principal, owner, path)
                )
            folder, rights = folder_for(view, principal, folder.id, Right.READ_ANY)
            return Opened(
                _folder_view(view, principal, folder, rights),
                view.uids(folder.id),
                view.account(owner).modseq,
                folder.recent_from,
                view.keywords(folder.id),
                view.first_unseen(folder.id),
            )

        opened = await self._store.read(work)
        if claim_recent and opened.recent_from < opened.view.folder.uid_next:
            first = await self.claim_recent(principal, opened.view.folder.id)
            return replace(opened, recent_from=first)
        return opened

    async def by_id(
        self, principal: Principal, folder_id: FolderId, needed: Right = Right.FOLDER_VISIBLE
    ) -> FolderView:
        """Raises FolderNotFound, PermissionDenied."""

        def work(view: View) -> FolderView:
            folder, rights = folder_for(view, principal, folder_id, needed)
            return _folder_view(view, principal, folder, rights)

        return await self._store.read(work)

    async def create(
        self,
        principal: Principal,
        owner: AccountId,
        path: str,
        *,
        kind: FolderKind = FolderKind.MAIL,
        special_uses: Sequence[str] = (),
    ) -> FolderView:
        """Make a folder and, where they lack, the mail folders above it; a mere container becomes a folder again.

        Raises AlreadyExists, Invalid (the name), TooMany, PermissionDenied (CREATE_SUBFOLDER on the nearest folder
        above), FolderNotFound for an account that is not there.
        """
        parts = checked_parts(path, self._limits)

        def work(transaction: Transaction) -> FolderView:
            existing = transaction.folder_by_path(owner, path)
            if existing is not None and existing.selectable:
                if Right.FOLDER_VISIBLE in rights_of(transaction, principal, existing):
                    raise AlreadyExists(f"Already exists: {path}")
                raise PermissionDenied(f"You have insufficient privileges to create {path}")
            parent = self._make_parents(transaction, principal, owner, parts)
            folder = transaction.create_folder(owner, parent.id, parts[-1], kind=kind, special_uses=special_uses)
            return _folder_view(transaction, principal, folder, rights_of(transaction, principal, folder))

        return await self._store.write(work)

    async def remove(self, principal: Principal, owner: AccountId, path: str) -> None:
        """Remove a folder with its items, for good. With subfolders it stays as a container without items.

        Raises FolderNotFound, PermissionDenied (DELETE_FOLDER), HasChildren for a container that still has subfolders,
        Invalid for the inbox and for distinguished folders of other kinds than mail.
        """

        def work(transaction: Transaction) -> None:
            folder = _standing(transaction, principal, owner, path, Right.DELETE_FOLDER)
            if folder.role is FolderRole.INBOX or _is_fixed(folder):
                raise Invalid(f"{path} cannot be removed")
            if not transaction.has_children(folder.id):
                transaction.remove_folder(folder.id)
            elif folder.selectable:
                transaction.make_container(folder.id)
            else:
                raise HasChildren(f"{path} has subfolders")

        await self._store.write(work)

    async def rename(
        self, principal: Principal, owner: AccountId, path: str, new_owner: AccountId, new_path: str
    ) -> None:
        """Rename or move a folder with all below it, making what lacks above the new place.

        RFC 9051 6.3.6: renaming INBOX moves its messages to a new folder of that name, leaves INBOX empty, and leaves
        its subfolders where they are. Raises FolderNotFound, AlreadyExists, PermissionDenied (DELETE_FOLDER on the
        folder, CREATE_SUBFOLDER above the new place), Invalid (a bad name, into itself, to another account,
        distinguished folders of other kinds than mail).
        """
        parts = checked_parts(new_path, self._limits)

        def work(transaction: Transaction) -> None:
            folder = _standing(transaction, principal, owner, path, Right.DELETE_FOLDER)
            if _is_fixed(folder):
                raise Invalid(f"{path} cannot be renamed")
            if new_owner != owner:
                raise Invalid("A folder cannot be moved to another account")
            if transaction.folder_by_path(owner, new_path) is not None:
                raise AlreadyExists(f"Already exists: {new_path}")
            if folder.role is FolderRole.INBOX:
                parent = self._make_parents(transaction, principal, owner, parts)
                target = transaction.create_folder(owner, parent.id, parts[-1])
                if folder.total:
                    everything = ((FolderUid(1), FolderUid(folder.uid_next - 1)),)
                    transaction.move_items(folder.id, everything, target.id, self._clock.now())
                return
            if new_path.startswith(path + SEPARATOR):
                raise Invalid("A folder cannot be moved into itself")
            self._check_subtree(transaction, owner, path, new_path)
            parent = self._make_parents(transaction, principal, owner, parts)
            transaction.rename_folder(folder.id, parent.id, parts[-1])
            transaction.rename_subscriptions(owner, path, new_path)

        await self._store.write(work)

    async def subscribe(self, principal: Principal, owner: AccountId, path: str, subscribed: bool) -> None:
        """Add to or take from the principal's own list. Raises FolderNotFound when adding what is not visible.

        RFC 9051 6.3.7: a server may verify the name, but must not take it from the list when the folder goes; so
        taking away is always possible.
        """

        def work(transaction: Transaction) -> None:
            if subscribed:
                _standing(transaction, principal, owner, path, Right.FOLDER_VISIBLE)
            transaction.set_subscribed(principal.id, owner, path, subscribed)

        await self._store.write(work)

    async def subscriptions(self, principal: Principal) -> Subscriptions:
        """(owner, path), also of folders that are gone."""
        return await self._store.read(lambda view: view.subscriptions(principal.id))

    async def claim_recent(self, principal: Principal, folder_id: FolderId) -> FolderUid:
        """The lowest uid that is recent for the caller's session alone; later sessions get a higher one."""

        def peek(view: View) -> FolderUid | None:
            folder, _ = folder_for(view, principal, folder_id, Right.READ_ANY)
            return folder.uid_next if folder.recent_from >= folder.uid_next else None

        def claim(transaction: Transaction) -> FolderUid:
            folder_for(transaction, principal, folder_id, Right.READ_ANY)
            return transaction.claim_recent(folder_id)

        # Most of the time nothing is recent, and opening a folder then costs no commit.
        nothing_recent = await self._store.read(peek)
        return await self._store.write(claim) if nothing_recent is None else nothing_recent

    async def keywords(self, principal: Principal, folder_id: FolderId) -> tuple[str, ...]:
        """Keywords ever used in the folder, sorted. Raises FolderNotFound, PermissionDenied (READ_ANY)."""

        def work(view: View) -> tuple[str, ...]:
            folder_for(view, principal, folder_id, Right.READ_ANY)
            return view.keywords(folder_id)

        return await self._store.read(work)

    # -- parts -------------------------------------------------------------------------------------------------------
    def _make_parents(
        self, transaction: Transaction, principal: Principal, owner: AccountId, parts: Sequence[str]
    ) -> Folder:
        """The folder above `parts`, made where it lacks. Rights are asked on the nearest folder that exists."""
        parent, depth = _nearest(transaction, owner, parts)
        if Right.CREATE_SUBFOLDER not in rights_of(transaction, principal, parent):
            raise PermissionDenied(f"You have insufficient privileges to create {SEPARATOR.join(parts)}")
        if len(transaction.folders(owner)) + len(parts) - depth > self._limits.folders_per_account:
            raise TooMany(f"An account has at most {self._limits.folders_per_account} folders")
        for name in parts[depth:-1]:
            parent = transaction.create_folder(owner, parent.id, name)
        return parent

    def _can_create(self, view: View, principal: Principal, owner: AccountId, path: str) -> bool:
        try:
            parent, _ = _nearest(view, owner, checked_parts(path, self._limits))
        except Refusal:
            return False
        return Right.CREATE_SUBFOLDER in rights_of(view, principal, parent)

    def _check_subtree(self, view: View, owner: AccountId, path: str, new_path: str) -> None:
        """Raises Invalid when a folder below would get too long a path or too deep a place."""
        for each in view.folders(owner):
            if each.path.startswith(path + SEPARATOR):
                checked_parts(new_path + each.path[len(path) :], self._limits)


def _nearest(view: View, owner: AccountId, parts: Sequence[str]) -> tuple[Folder, int]:
    """The deepest existing folder above `parts`, and how many of the names it covers."""
    for depth in range(len(parts) - 1, -1, -1):
        folder = view.folder_by_path(owner, SEPARATOR.join(parts[:depth]))
        if folder is not None:
            return folder, depth
    raise FolderNotFound("No such account")


def _standing(view: View, principal: Principal, owner: AccountId, path: str, needed: Right) -> Folder:
    folder = view.folder_by_path(owner, path) if path else None
    if folder is None:
        raise FolderNotFound(f"No such folder: {path}")
    require(folder, rights_of(view, principal, folder), needed)
    return folder


def _is_fixed(folder: Folder) -> bool:
    """Calendar, contacts, tasks, notes and outbox are found by their role in every protocol, and stay."""
    return folder.role is FolderRole.OUTBOX or (folder.role is not None and folder.kind is not FolderKind.MAIL)


def _visible(view: View, principal: Principal, owner: AccountId) -> list[FolderView]:
    subscribed = {path for account_id, path in view.subscriptions(principal.id) if account_id == owner}
    found: list[tuple[Folder, Right]] = []
    for folder in view.folders(owner):
        rights = rights_of(view, principal, folder)
        if Right.FOLDER_VISIBLE in rights:
            found.append((folder, rights))
    parents = {folder.parent_id for folder, _ in found}
    return [FolderView(folder, rights, folder.path in subscribed, folder.id in parents) for folder, rights in found]


def _folder_view(view: View, principal: Principal, folder: Folder, rights: Right) -> FolderView:
    subscribed = (folder.account_id, folder.path) in view.subscriptions(principal.id)
    return FolderView(folder, rights, subscribed, _has_visible_children(view, principal, folder))


def _has_visible_children(view: View, principal: Principal, folder: Folder) -> bool:
    if not view.has_children(folder.id) or folder.account_id == principal.account_id:
        return view.has_children(folder.id)
    return any(Right.FOLDER_VISIBLE in rights_of(view, principal, each) for each in view.children(folder.id))
