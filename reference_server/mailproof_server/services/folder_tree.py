"""Folders by id, as MAPI clients know them: a tree, and deleted ones in Deleted Items (FEATURES FOLD-01 to 05).

IMAP's names are paths, and its DELETE is final (`folders`); here a folder is an id and a place among its siblings.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from mailproof_server.model.account import Principal
from mailproof_server.model.clock import Clock
from mailproof_server.model.errors import AlreadyExists, FolderNotFound, Invalid, PermissionDenied, TooMany
from mailproof_server.model.folder import SEPARATOR, Folder, FolderKind, FolderRole
from mailproof_server.model.ids import AccountId, FolderId, FolderUid
from mailproof_server.model.permission import Right
from mailproof_server.services.folder_names import checked_parts
from mailproof_server.services.limits import ServiceLimits
from mailproof_server.services.permissions import has_full_access, require, rights_of
from mailproof_server.store.base import Store, Transaction, View


@dataclass(frozen=True, slots=True)
class TreeFolder:
    """A folder as one principal sees it in the tree."""

    folder: Folder
    rights: Right
    child_count: int
    """Visible ones."""


class FolderTree:
    """Every method takes who acts, checks rights, and refuses in the words of `model.errors`."""

    def __init__(self, store: Store, clock: Clock, limits: ServiceLimits) -> None:
        self._store = store
        self._clock = clock
        self._limits = limits

    # -- looking -----------------------------------------------------------------------------------------------------
    async def get(self, principal: Principal, folder_id: FolderId, needed: Right = Right.FOLDER_VISIBLE) -> TreeFolder:
        """A folder, or the root of an account. Raises FolderNotFound, PermissionDenied."""
        return await self._store.read(lambda view: _seen(view, principal, _found(view, principal, folder_id, needed)))

    async def by_role(self, principal: Principal, owner: AccountId, role: FolderRole) -> TreeFolder:
        """A distinguished folder. Raises FolderNotFound."""

        def work(view: View) -> TreeFolder:
            folder = view.folder_by_role(owner, role)
            if folder is None:
                raise FolderNotFound("No such folder")
            return _seen(view, principal, _found(view, principal, folder.id, Right.FOLDER_VISIBLE))

        return await self._store.read(work)

    async def below(self, principal: Principal, folder_id: FolderId, *, deep: bool) -> list[TreeFolder]:
        """The visible subfolders, by name; with `deep` theirs as well, parents first."""

        def work(view: View) -> list[TreeFolder]:
            return [_seen(view, principal, each) for each in _below(view, principal, folder_id, deep=deep)]

        return await self._store.read(work)

    # -- changing ----------------------------------------------------------------------------------------------------
    async def create(
        self, principal: Principal, parent_id: FolderId, name: str, kind: FolderKind = FolderKind.MAIL
    ) -> TreeFolder:
        """Raises AlreadyExists, Invalid (the name), TooMany, FolderNotFound, PermissionDenied (CREATE_SUBFOLDER)."""

        def work(transaction: Transaction) -> TreeFolder:
            parent = _found(transaction, principal, parent_id, Right.CREATE_SUBFOLDER)
            self._check_name(transaction, parent, name)
            if len(transaction.folders(parent.account_id)) >= self._limits.folders_per_account:
                raise TooMany(f"An account has at most {self._limits.folders_per_account} folders")
            return _seen(
                transaction, principal, transaction.create_folder(parent.account_id, parent.id, name, kind=kind)
            )

        return await self._store.write(work)

    async def rename(self, principal: Principal, folder_id: FolderId, name: str) -> TreeFolder:
        """Raises AlreadyExists, Invalid (the name, a distinguished folder), FolderNotFound, PermissionDenied."""

        def work(transaction: Transaction) -> TreeFolder:
            folder = _movable(transaction, principal, folder_id)
            parent = _parent(transaction, folder)
            return self._place(transaction, principal, folder, parent, name)

        return await self._store.write(work)

    async def move(self, principal: Principal, folder_id: FolderId, parent_id: FolderId) -> TreeFolder:
        """To another place in the same account; the id stays.

        Raises AlreadyExists, Invalid (into itself, a distinguished folder, another account), FolderNotFound,
        PermissionDenied (FOLDER_OWNER on the folder, CREATE_SUBFOLDER on the new parent).
        """

        def work(transaction: Transaction) -> TreeFolder:
            folder = _movable(transaction, principal, folder_id)
            parent = _found(transaction, principal, parent_id, Right.CREATE_SUBFOLDER)
            return self._place(transaction, principal, folder, parent, folder.name)

        return await self._store.write(work)

    async def copy(self, principal: Principal, folder_id: FolderId, parent_id: FolderId) -> TreeFolder:
        """With all below and all items, which share their contents with the originals. Raises as `move`."""

        def work(transaction: Transaction) -> TreeFolder:
            folder = _found(transaction, principal, folder_id, Right.READ_ANY)
            parent = _found(transaction, principal, parent_id, Right.CREATE_SUBFOLDER)
            if folder.role is FolderRole.ROOT or parent.account_id != folder.account_id:
                raise Invalid("A folder is copied within its account, and the root not at all")
            below = _below(transaction, principal, folder.id, deep=True)
            if parent.id == folder.id or any(each.id == parent.id for each in below):
                raise Invalid("A folder cannot be copied into itself")
            self._check_name(transaction, parent, folder.name)
            places = {folder.id: transaction.create_folder(parent.account_id, parent.id, folder.name, kind=folder.kind)}
            for each in below:
                above = places.get(each.parent_id) if each.parent_id is not None else None
                if above is not None:
                    places[each.id] = transaction.create_folder(each.account_id, above.id, each.name, kind=each.kind)
            for source in (folder, *below):
                if source.id in places and source.total and Right.READ_ANY in rights_of(transaction, principal, source):
                    transaction.copy_items(source.id, _all(source), places[source.id].id, self._clock.now())
            return _seen(transaction, principal, places[folder.id])

        return await self._store.write(work)

    async def remove(self, principal: Principal, folder_id: FolderId, *, for_good: bool) -> None:
        """Into Deleted Items with all its items (FOLD-03), or for good; what is there already goes for good.

        Raises Invalid for distinguished folders, FolderNotFound, PermissionDenied.
        """

        def work(transaction: Transaction) -> None:
            folder = _movable(transaction, principal, folder_id)
            trash = transaction.folder_by_role(folder.account_id, FolderRole.TRASH)
            if for_good or trash is None or _is_within(transaction, folder, trash.id):
                _remove(transaction, folder)
                return
            taken = {each.name for each in transaction.children(trash.id)}
            self._place(transaction, principal, folder, trash, _free_name(folder.name, taken))

        await self._store.write(work)

    async def empty(self, principal: Principal, folder_id: FolderId, *, for_good: bool, subfolders: bool) -> None:
        """Delete all items, and with `subfolders` the folders below (FOLD-04).

        Raises FolderNotFound, PermissionDenied (DELETE_ANY; FOLDER_OWNER on subfolders), Invalid for the root.
        """

        def work(transaction: Transaction) -> None:
            folder = _found(transaction, principal, folder_id, Right.DELETE_ANY)
            if folder.role is FolderRole.ROOT:
                raise Invalid("The root holds no items")
            trash = transaction.folder_by_role(folder.account_id, FolderRole.TRASH)
            keeps = trash is not None and not for_good and not _is_within(transaction, folder, trash.id)
            if folder.total:
                if keeps and trash is not None:
                    transaction.move_items(folder.id, _all(folder), trash.id, self._clock.now())
                else:
                    transaction.remove_items(folder.id, _all(folder), only_deleted=False)
            for each in transaction.children(folder.id) if subfolders else ():
                if each.role is not None:
                    raise Invalid(f"{each.path} cannot be deleted")
                require(each, rights_of(transaction, principal, each), Right.DELETE_FOLDER)
                if keeps and trash is not None:
                    taken = {sibling.name for sibling in transaction.children(trash.id)}
                    self._place(transaction, principal, each, trash, _free_name(each.name, taken))
                else:
                    _remove(transaction, each)

        await self._store.write(work)

    # -- parts -------------------------------------------------------------------------------------------------------
    def _place(
        self, transaction: Transaction, principal: Principal, folder: Folder, parent: Folder, name: str
    ) -> TreeFolder:
        if parent.account_id != folder.account_id:
            raise Invalid("A folder cannot be moved to another account")
        if parent.id == folder.id or _is_within(transaction, parent, folder.id):
            raise Invalid("A folder cannot be moved into itself")
        if (parent.id, name) != (folder.parent_id, folder.name):
            self._check_name(transaction, parent, name)
            old_path = folder.path
            new_path = f"{parent.path}{SEPARATOR}{name}" if parent.path else name
            for each in _tree(transaction, folder):
                checked_parts(new_path + each.path[len(old_path) :], self._limits)
            folder = transaction.rename_folder(folder.id, parent.id, name)
            transaction.rename_subscriptions(folder.account_id, old_path, new_path)
        return _seen(transaction, principal, folder)

    def _check_name(self, view: View, parent: Folder, name: str) -> None:
        if not name or SEPARATOR in name:
            raise Invalid(f"A folder's name is not empty and holds no {SEPARATOR}: {name!r}")
        path = f"{parent.path}{SEPARATOR}{name}" if parent.path else name
        checked_parts(path, self._limits)
        taken = {each.name.casefold() for each in view.children(parent.id)}
        if name.casefold() in taken:
            raise AlreadyExists(f"Already exists: {path}")


def _found(view: View, principal: Principal, folder_id: FolderId, needed: Right) -> Folder:
    """A folder on which the rights are held; a root is visible to whoever sees anything below it."""
    folder = view.folder(folder_id)
    if folder is None:
        raise FolderNotFound("No such folder")
    rights = rights_of(view, principal, folder)
    if folder.role is FolderRole.ROOT and needed == Right.FOLDER_VISIBLE and not needed & rights:
        if any(Right.FOLDER_VISIBLE in rights_of(view, principal, each) for each in view.folders(folder.account_id)):
            return folder
        raise FolderNotFound("No such folder")
    require(folder, rights, needed)
    return folder


def _movable(view: View, principal: Principal, folder_id: FolderId) -> Folder:
    folder = _found(view, principal, folder_id, Right.FOLDER_VISIBLE)
    if folder.role is not None:
        raise Invalid(f"{folder.path or 'The root'} is a distinguished folder")
    if Right.DELETE_FOLDER not in rights_of(view, principal, folder):
        raise PermissionDenied(f"You have insufficient privileges on {folder.path}")
    return folder


def _parent(view: View, folder: Folder) -> Folder:
    parent = view.folder(folder.parent_id) if folder.parent_id is not None else None
    if parent is None:
        raise FolderNotFound("No such folder")
    return parent


def _below(view: View, principal: Principal, folder_id: FolderId, *, deep: bool) -> list[Folder]:
    start = _found(view, principal, folder_id, Right.FOLDER_VISIBLE)
    if deep:
        candidates: Iterable[Folder] = (each for each in view.folders(start.account_id) if _is_below(each, start))
    else:
        candidates = view.children(start.id)
    owns = has_full_access(view, principal, start.account_id)
    return [each for each in candidates if owns or Right.FOLDER_VISIBLE in rights_of(view, principal, each)]


def _is_below(folder: Folder, start: Folder) -> bool:
    return folder.id != start.id and (not start.path or folder.path.startswith(start.path + SEPARATOR))


def _is_within(view: View, folder: Folder, ancestor_id: FolderId) -> bool:
    above: Folder | None = folder
    while above is not None:
        if above.id == ancestor_id:
            return True
        above = view.folder(above.parent_id) if above.parent_id is not None else None
    return False


def _tree(view: View, folder: Folder) -> list[Folder]:
    """The folder and all below, parents first."""
    return [folder, *(each for each in view.folders(folder.account_id) if _is_below(each, folder))]


def _remove(transaction: Transaction, folder: Folder) -> None:
    for each in reversed(_tree(transaction, folder)):
        transaction.remove_folder(each.id)


def _free_name(name: str, taken: Iterable[str]) -> str:
    """The name, or with the lowest number that makes it another one's than all of `taken`."""
    folded = {each.casefold() for each in taken}
    number, candidate = 1, name
    while candidate.casefold() in folded:
        number += 1
        candidate = f"{name} {number}"
    return candidate


def _all(folder: Folder) -> tuple[tuple[FolderUid, FolderUid], ...]:
    return ((FolderUid(1), FolderUid(folder.uid_next - 1)),)


def _seen(view: View, principal: Principal, folder: Folder) -> TreeFolder:
    now = view.folder(folder.id)
    if now is None:
        raise FolderNotFound("No such folder")
    rights = rights_of(view, principal, now)
    visible = sum(Right.FOLDER_VISIBLE in rights_of(view, principal, each) for each in view.children(now.id))
    return TreeFolder(now, rights, visible)
