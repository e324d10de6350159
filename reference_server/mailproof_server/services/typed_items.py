"""Items with typed properties: what events, contacts, tasks and notes have in common.

Theory
------
* A change is made from what was read: `edit(value)` gives the new value, its content is built, and the transaction
  takes it only if the item is still the one that was read; else everything is done again. So slow work stays outside
  the writer, and nobody overwrites what he has not seen.
* Rights are asked where the item is read and again where it is written. Editing and deleting reach as far as the
  rights on that item do: a guest may hold them on his own items only.
* Deleting moves to Deleted Items, whose own items are deleted for good.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from mailproof_server.model.account import Principal
from mailproof_server.model.attachment import AttachedFile, Attachment
from mailproof_server.model.clock import Clock
from mailproof_server.model.errors import Invalid, NotFound, Stale, TooLarge, Unavailable
from mailproof_server.model.event import EventKey
from mailproof_server.model.folder import Folder, FolderKind, FolderRole
from mailproof_server.model.ids import AccountId, FolderId, FolderUid, ItemId, Modseq
from mailproof_server.model.item import Content, Flag, Flags, ItemKind, ItemRow, NewItem
from mailproof_server.model.permission import Right
from mailproof_server.services.content import content_of, make_content
from mailproof_server.services.limits import ServiceLimits
from mailproof_server.services.permissions import folder_for, guest, require, rights_on_item
from mailproof_server.services.quota import Quota, require_room
from mailproof_server.services.rendering import attached
from mailproof_server.store.base import Store, Transaction, View

T = TypeVar("T")
MAX_TRIES = 10
TAG = "kind"
SEEN = Flags(Flag.SEEN)


@dataclass(frozen=True, slots=True)
class Stored(Generic[T]):
    """An item with where it is."""

    id: ItemId
    folder_id: FolderId
    account_id: AccountId
    modseq: Modseq
    row: ItemRow
    value: T


class TypedItems(ABC, Generic[T]):
    """Every method takes who acts; rights on the folder decide."""

    kind: ItemKind
    tag: str
    """Among the properties, tells apart what one folder holds."""
    folder_kind: FolderKind
    noun: str

    def __init__(self, store: Store, clock: Clock, limits: ServiceLimits, quota: Quota) -> None:
        self._store = store
        self._clock = clock
        self._limits = limits
        self._quota = quota

    # -- what a kind of items is -------------------------------------------------------------------------------------
    @abstractmethod
    def decode(self, properties: Mapping[str, object]) -> T: ...

    @abstractmethod
    def encode(self, value: T) -> dict[str, object]: ...

    @abstractmethod
    def checked(self, value: T, before: T | None) -> T:
        """Complete and valid, with the marks of a change now. Raises Invalid, TooMany."""

    @abstractmethod
    def render(self, value: T, files: Sequence[AttachedFile]) -> bytes: ...

    @abstractmethod
    def attachments_of(self, value: T) -> tuple[Attachment, ...]: ...

    @abstractmethod
    def with_files(self, value: T, files: Sequence[AttachedFile]) -> T: ...

    def key(self, value: T) -> EventKey | None:
        """Of events: what the store indexes."""
        return None

    # -- doing -------------------------------------------------------------------------------------------------------
    async def create(
        self, principal: Principal, folder_id: FolderId, value: T, files: Sequence[AttachedFile] = ()
    ) -> Stored[T]:
        """Raises FolderNotFound, PermissionDenied (CREATE), OverQuota, TooLarge, Invalid."""
        item = await self.new_item(value, files)

        def work(transaction: Transaction) -> Stored[T]:
            folder, _ = folder_for(transaction, principal, folder_id, Right.CREATE)
            return self.put(transaction, principal, folder, item)

        return await self._store.write(work)

    async def get(self, principal: Principal, item_id: ItemId) -> Stored[T]:
        """Raises NotFound; PermissionDenied without READ_ANY."""
        return await self._store.read(lambda view: self.read(view, principal, item_id, Right.READ_ANY))

    async def in_folder(self, principal: Principal, folder_id: FolderId) -> list[Stored[T]]:
        """All of the folder, by uid."""

        def work(view: View) -> list[Stored[T]]:
            folder, _ = folder_for(view, principal, folder_id, Right.READ_ANY)
            found = (self.stored(view, folder, row) for row in view.rows(folder_id))
            return [each for each in found if each is not None]

        return await self._store.read(work, slow=True)

    async def update(
        self,
        principal: Principal,
        item_id: ItemId,
        edit: Callable[[T], T],
        *,
        unchanged_since: Modseq | None = None,
        files: Sequence[AttachedFile] | None = None,
    ) -> Stored[T]:
        """`files` replaces the attachments; None leaves them. Raises NotFound, PermissionDenied, OverQuota, Invalid;
        Stale when the item has changed after `unchanged_since`."""
        for _ in range(MAX_TRIES):
            before, data = await self._for_change(principal, item_id, files is None)
            if unchanged_since is not None and before.modseq > unchanged_since:
                raise Stale("Changed in the meantime")
            kept = attached(data, self.attachments_of(before.value)) if files is None else files
            item = await self.new_item(edit(before.value), kept, before.value)

            def work(transaction: Transaction, before: Stored[T] = before, item: NewItem = item) -> Stored[T] | None:
                found = self.read(transaction, principal, item_id, Right.EDIT_ANY)
                return self.replace(transaction, found, item) if found.modseq == before.modseq else None

            after = await self._store.write(work)
            if after is not None:
                return after
        raise Unavailable("The item is changing; try again")

    async def delete(self, principal: Principal, item_id: ItemId, *, forever: bool = False) -> None:
        """Raises NotFound, PermissionDenied (DELETE_ANY)."""

        def work(transaction: Transaction) -> None:
            self.remove(transaction, principal, item_id, forever=forever)

        await self._store.write(work)

    async def move(self, principal: Principal, item_id: ItemId, target_id: FolderId) -> ItemId:
        """Into a folder of the same kind, or Deleted Items; returns the new id. Raises as `delete` and `create`."""
        return await self._transfer(principal, item_id, target_id, keep=False)

    async def copy(self, principal: Principal, item_id: ItemId, target_id: FolderId) -> ItemId:
        """Returns the copy's id. Raises NotFound, PermissionDenied, OverQuota, Invalid."""
        return await self._transfer(principal, item_id, target_id, keep=True)

    async def files(self, principal: Principal, item_id: ItemId) -> list[AttachedFile]:
        """The attachments with their bytes. Raises NotFound, PermissionDenied."""

        def work(view: View) -> tuple[Stored[T], bytes]:
            found = self.read(view, principal, item_id, Right.READ_ANY)
            return found, view.content_data(found.row.content_id)

        found, data = await self._store.read(work)
        return attached(data, self.attachments_of(found.value))

    # -- within a transaction ----------------------------------------------------------------------------------------
    async def new_item(self, value: T, files: Sequence[AttachedFile] = (), before: T | None = None) -> NewItem:
        """What `put` and `replace` store: everything slow about it is done here. Raises Invalid, TooLarge."""
        value = self.checked(self.with_files(value, files), before)
        return self._item(value, await make_content(self.render(value, files)))

    def new_item_now(self, value: T, files: Sequence[AttachedFile] = (), before: T | None = None) -> NewItem:
        """The same for a transaction that has learnt only now what to store."""
        value = self.checked(self.with_files(value, files), before)
        return self._item(value, content_of(self.render(value, files)))

    def _item(self, value: T, content: Content) -> NewItem:
        if content.size_bytes > self._limits.message_bytes:
            raise TooLarge(f"An item has at most {self._limits.message_bytes} bytes")
        return NewItem(
            content, SEEN, kind=self.kind, properties={TAG: self.tag, **self.encode(value)}, event=self.key(value)
        )

    def put(self, transaction: Transaction, principal: Principal | None, folder: Folder, item: NewItem) -> Stored[T]:
        """Store it; rights are the caller's business. None acts for the account itself. Raises OverQuota, Invalid."""
        if folder.kind not in (self.folder_kind, FolderKind.MAIL) or not folder.selectable:
            raise Invalid(f"{folder.path} is a folder of another kind")
        self._quota.rearm(transaction, folder.account_id)
        require_room(transaction, folder.account_id, item.content.size_bytes)
        creator = None if principal is None else guest(principal, folder)
        placement = transaction.add_items(folder.id, [item], self._clock.now(), creator)
        return self._found(transaction, folder, placement.item_ids[0])

    def replace(self, transaction: Transaction, before: Stored[T], item: NewItem) -> Stored[T]:
        growth = item.content.size_bytes - before.row.size_bytes
        if growth > 0:
            require_room(transaction, before.account_id, growth)
        transaction.update_item(before.id, content=item.content, properties=item.properties, event=item.event)
        folder = transaction.folder(before.folder_id)
        if folder is None:
            raise NotFound(f"No such {self.noun}")
        return self._found(transaction, folder, before.id)

    def remove(self, transaction: Transaction, principal: Principal, item_id: ItemId, *, forever: bool = False) -> None:
        found = self.read(transaction, principal, item_id, Right.DELETE_ANY)
        self.discard(transaction, found, forever=forever)

    def discard(self, transaction: Transaction, found: Stored[T], *, forever: bool = False) -> None:
        """To Deleted Items, or for good; rights are the caller's business."""
        uids = [(found.row.uid, found.row.uid)]
        trash = transaction.folder_by_role(found.account_id, FolderRole.TRASH)
        if forever or trash is None or trash.id == found.folder_id:
            transaction.remove_items(found.folder_id, uids, only_deleted=False)
        else:
            transaction.move_items(found.folder_id, uids, trash.id, self._clock.now())

    def read(self, view: View, principal: Principal | None, item_id: ItemId, needed: Right) -> Stored[T]:
        """The item, if the principal holds the right on it; None may do all. Raises NotFound, PermissionDenied."""
        row = view.item(item_id)
        folder = None if row is None else view.folder(row.folder_id)
        if row is None or folder is None:
            raise NotFound(f"No such {self.noun}")
        if principal is not None:
            try:
                require(folder, rights_on_item(view, principal, folder, item_id), needed)
            except NotFound as hidden:
                raise NotFound(f"No such {self.noun}") from hidden
        found = self.stored(view, folder, row)
        if found is None:
            raise NotFound(f"No such {self.noun}")
        return found

    def stored(self, view: View, folder: Folder, row: ItemRow) -> Stored[T] | None:
        """The item of a row; None when it is of another kind."""
        properties = view.properties(row.id)
        if not properties or properties.get(TAG) != self.tag:
            return None
        value = self.decode(properties)
        return Stored(row.id, row.folder_id, folder.account_id, row.modseq, row, value)

    # -- parts -------------------------------------------------------------------------------------------------------
    def _found(self, view: View, folder: Folder, item_id: ItemId) -> Stored[T]:
        row = view.item(item_id)
        found = None if row is None else self.stored(view, folder, row)
        if found is None:
            raise NotFound(f"No such {self.noun}")
        return found

    async def _for_change(self, principal: Principal, item_id: ItemId, wants_data: bool) -> tuple[Stored[T], bytes]:
        def work(view: View) -> tuple[Stored[T], bytes]:
            found = self.read(view, principal, item_id, Right.EDIT_ANY)
            has_files = wants_data and bool(self.attachments_of(found.value))
            return found, view.content_data(found.row.content_id) if has_files else b""

        return await self._store.read(work)

    async def _transfer(self, principal: Principal, item_id: ItemId, target_id: FolderId, *, keep: bool) -> ItemId:
        def work(transaction: Transaction) -> ItemId:
            found = self.read(transaction, principal, item_id, Right.READ_ANY if keep else Right.DELETE_ANY)
            target, _ = folder_for(transaction, principal, target_id, Right.CREATE)
            if target.kind not in (self.folder_kind, FolderKind.MAIL):
                raise Invalid(f"{target.path} is a folder of another kind")
            if keep or target.account_id != found.account_id:
                require_room(transaction, target.account_id, found.row.size_bytes)
            act = transaction.copy_items if keep else transaction.move_items
            uids: list[tuple[FolderUid, FolderUid]] = [(found.row.uid, found.row.uid)]
            done = act(found.folder_id, uids, target_id, self._clock.now(), guest(principal, target))
            return done.placement.item_ids[0]

        return await self._store.write(work)
