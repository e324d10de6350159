"""Messages in folders: storing, copying, moving, flagging, expunging, reading, searching, threading (RFC 9051 6.4).

Reading asks for READ_ANY, storing for CREATE on the target, flags for their rights, expunging for EXPUNGE. What a
method returns is committed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from mailproof_server.model.account import Principal
from mailproof_server.model.clock import Clock
from mailproof_server.model.errors import Invalid, NotFound, OverQuota, PermissionDenied, TooLarge
from mailproof_server.model.folder import Folder, FolderKind
from mailproof_server.model.ids import ContentId, FolderId, FolderUid, Modseq
from mailproof_server.model.item import FlagAction, Flags, ItemRow, NewItem
from mailproof_server.model.permission import DELETES, NO_RIGHTS, Right, on_own
from mailproof_server.model.query import Query, SortKey
from mailproof_server.services.content import make_content
from mailproof_server.services.flagging import (
    FLAG_RIGHTS,
    check_keywords,
    drop_unpermitted,
    permitted,
    set_permitted,
)
from mailproof_server.services.limits import ServiceLimits
from mailproof_server.services.permissions import (
    by_rights,
    folder_for,
    guest,
    own_among,
    require,
    require_on_items,
)
from mailproof_server.services.quota import Quota, has_room, require_room
from mailproof_server.services.sent_items import marked_copies
from mailproof_server.services.threads import Thread, ThreadAlgorithm, threads
from mailproof_server.store.base import FlagOutcome, Placement, Store, Transaction, Transfer, UidRanges, View

NOT_FLAGGED = Flags()
MAX_UID = FolderUid(2**32 - 1)
EVERY_UID: UidRanges = ((FolderUid(1), MAX_UID),)
MANY_ROWS = 500
"""Work on more rows than this runs in a thread, so that the other sessions go on."""
MANY_BODIES = 8


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message to be stored."""

    data: bytes
    flags: Flags = NOT_FLAGGED
    received_at: datetime | None = None
    """None: now."""


class Messages:
    """Every method takes who acts and the folder; the folder tells whose account it is."""

    def __init__(self, store: Store, clock: Clock, limits: ServiceLimits, quota: Quota) -> None:
        self._store = store
        self._clock = clock
        self._limits = limits
        self._quota = quota

    # -- storing -----------------------------------------------------------------------------------------------------
    async def can_append(self, principal: Principal, folder_id: FolderId, size_bytes: int) -> None:
        """Raise now what `append` would raise for so many bytes: before they are sent."""
        self._check_size(size_bytes)

        def work(view: View) -> None:
            target, _ = _target(view, principal, folder_id, FolderKind.MAIL)
            require_room(view, target.account_id, size_bytes)

        await self._store.read(work)

    async def append(self, principal: Principal, folder_id: FolderId, incoming: Sequence[Incoming]) -> Placement:
        """Store all messages or none; flags that the rights do not cover are left out (RFC 4314 section 4).

        In Sent Items they take the place of the server's own copies of the same messages (`sent_items`).

        Raises FolderNotFound, PermissionDenied (CREATE), OverQuota, TooLarge, Invalid (not a mail folder, a mere
        container, nothing to store), TooMany (keywords).
        """
        if not incoming:
            raise Invalid("Nothing to store")
        for each in incoming:
            self._check_size(len(each.data))
        contents = [await make_content(each.data) for each in incoming]
        size_bytes = sum(content.size_bytes for content in contents)

        def work(transaction: Transaction) -> tuple[Placement, Folder, bool]:
            target, rights = _target(transaction, principal, folder_id, FolderKind.MAIL)
            owner = target.account_id
            self._quota.rearm(transaction, owner)
            require_room(transaction, owner, size_bytes)
            items = [
                NewItem(content, permitted(each.flags, on_own(rights)), each.received_at)
                for content, each in zip(contents, incoming, strict=True)
            ]
            self._check_keywords(transaction, folder_id, items)
            replaced = marked_copies(transaction, target, contents)
            placement = transaction.add_items(folder_id, items, self._clock.now(), guest(principal, target))
            if replaced:
                transaction.remove_items(folder_id, [(uid, uid) for uid in replaced], only_deleted=False)
            return placement, target, self._quota.is_notice_due(transaction, owner)

        placement, target, notice_due = await self._store.write(work)
        if notice_due:
            await self._quota.send_notice(target.account_id)
        return placement

    async def replace(
        self, principal: Principal, folder_id: FolderId, uid: FolderUid, target_id: FolderId, incoming: Incoming
    ) -> Placement:
        """Store the new message and expunge the old one, in one step (RFC 8508).

        Raises NotFound when the old one is gone; PermissionDenied without MARK_DELETED and EXPUNGE on its folder or
        CREATE on the target; else what `append` raises. Room is needed only for what the new one is larger by.
        """
        self._check_size(len(incoming.data))
        content = await make_content(incoming.data)

        def work(transaction: Transaction) -> tuple[Placement, Folder, bool]:
            source, held = folder_for(transaction, principal, folder_id, NO_RIGHTS)
            require_on_items(transaction, principal, source, held, [(uid, uid)], DELETES)
            target, rights = _target(transaction, principal, target_id, FolderKind.MAIL)
            old = transaction.rows(folder_id, [(uid, uid)])
            if not old:
                raise NotFound("The message to replace is gone")
            owner = target.account_id
            self._quota.rearm(transaction, owner)
            freed_bytes = old[0].size_bytes if source.account_id == owner else 0
            if content.size_bytes > freed_bytes:
                require_room(transaction, owner, content.size_bytes - freed_bytes)
            item = NewItem(content, permitted(incoming.flags, on_own(rights)), incoming.received_at)
            self._check_keywords(transaction, target_id, [item])
            placement = transaction.add_items(target_id, [item], self._clock.now(), guest(principal, target))
            transaction.remove_items(folder_id, [(uid, uid)], only_deleted=False)
            return placement, target, self._quota.is_notice_due(transaction, owner)

        placement, target, notice_due = await self._store.write(work)
        if notice_due:
            await self._quota.send_notice(target.account_id)
        return placement

    async def copy(self, principal: Principal, folder_id: FolderId, ranges: UidRanges, target_id: FolderId) -> Transfer:
        """Copy all or none, with flags, keywords and time of arrival; uids that do not exist are left out.

        Raises FolderNotFound, PermissionDenied (READ_ANY here, CREATE there), OverQuota, Invalid.
        """

        def work(transaction: Transaction) -> tuple[Transfer, Folder, bool]:
            source, _ = folder_for(transaction, principal, folder_id, Right.READ_ANY)
            target, rights = _target(transaction, principal, target_id, source.kind)
            self._quota.rearm(transaction, target.account_id)
            _require_room_for(transaction, source, ranges, target)
            self._check_travelling_keywords(transaction, folder_id, ranges, target_id)
            creator = guest(principal, target)
            transfer = transaction.copy_items(folder_id, ranges, target_id, self._clock.now(), creator)
            drop_unpermitted(transaction, transfer.placement, on_own(rights))
            return transfer, target, self._quota.is_notice_due(transaction, target.account_id)

        return await self._transferred(work)

    async def move(self, principal: Principal, folder_id: FolderId, ranges: UidRanges, target_id: FolderId) -> Transfer:
        """Move in one step (RFC 6851); uids that do not exist are left out, and other deleted messages stay.

        Raises FolderNotFound, PermissionDenied (READ_ANY, MARK_DELETED and EXPUNGE here, CREATE there), OverQuota (to
        another account), Invalid.
        """

        def work(transaction: Transaction) -> tuple[Transfer, Folder, bool]:
            source, held = folder_for(transaction, principal, folder_id, Right.READ_ANY)
            require_on_items(transaction, principal, source, held, ranges, DELETES)
            target, rights = _target(transaction, principal, target_id, source.kind)
            if source.account_id != target.account_id:
                self._quota.rearm(transaction, target.account_id)
                _require_room_for(transaction, source, ranges, target)
            self._check_travelling_keywords(transaction, folder_id, ranges, target_id)
            creator = guest(principal, target)
            transfer = transaction.move_items(folder_id, ranges, target_id, self._clock.now(), creator)
            drop_unpermitted(transaction, transfer.placement, on_own(rights))
            return transfer, target, self._quota.is_notice_due(transaction, target.account_id)

        return await self._transferred(work)

    # -- flags, expunge ----------------------------------------------------------------------------------------------
    async def set_flags(
        self,
        principal: Principal,
        folder_id: FolderId,
        ranges: UidRanges,
        action: FlagAction,
        flags: Flags,
        unchanged_since: Modseq | None = None,
    ) -> FlagOutcome:
        """Change flags; those that the rights do not cover are left as they are.

        RFC 4314 section 4, STORE: it "SHOULD NOT fail if the user has rights to modify at least one flag", be it that
        of own items alone. Raises PermissionDenied when none may be changed, FolderNotFound, TooMany and Invalid
        (keywords).
        """

        def work(transaction: Transaction) -> FlagOutcome:
            folder, rights = folder_for(transaction, principal, folder_id, Right.READ_ANY)
            outcomes = []
            for some, held in by_rights(transaction, principal, folder, rights, ranges):
                allowed = permitted(flags, held)
                nothing_left = (flags.system or flags.keywords) and not (allowed.system or allowed.keywords)
                if not held & FLAG_RIGHTS or nothing_left:
                    continue
                if action is not FlagAction.REMOVE:
                    check_keywords(transaction, folder_id, allowed.keywords, self._limits)
                if action is FlagAction.SET and FLAG_RIGHTS not in held:
                    outcomes.append(set_permitted(transaction, folder_id, some, flags, unchanged_since, held))
                else:
                    outcomes.append(transaction.set_flags(folder_id, some, action, allowed, unchanged_since))
            if not outcomes:
                raise PermissionDenied(f"You have insufficient privileges on {folder.path}")
            return outcomes[0] if len(outcomes) == 1 else _together(outcomes)

        return await self._store.write(work)

    async def expunge(
        self, principal: Principal, folder_id: FolderId, ranges: UidRanges | None = None
    ) -> tuple[FolderUid, ...]:
        """Remove for good what is flagged \\Deleted (among `ranges`); returns what went, ascending.

        With rights to own items alone these go, and the others stay. Raises FolderNotFound, PermissionDenied.
        """

        def work(transaction: Transaction) -> tuple[FolderUid, ...]:
            folder, rights = folder_for(transaction, principal, folder_id, NO_RIGHTS)
            doomed = EVERY_UID if ranges is None else ranges
            if Right.EXPUNGE not in rights:
                require(folder, on_own(rights), Right.EXPUNGE)
                doomed = own_among(transaction, principal, folder, doomed)
            return transaction.remove_items(folder_id, doomed, only_deleted=True)

        return await self._store.write(work)

    # -- reading -----------------------------------------------------------------------------------------------------
    async def uids(self, principal: Principal, folder_id: FolderId) -> list[FolderUid]:
        """Every uid, ascending."""

        def work(view: View) -> list[FolderUid]:
            folder_for(view, principal, folder_id, Right.READ_ANY)
            return view.uids(folder_id)

        return await self._store.read(work)

    async def rows(
        self,
        principal: Principal,
        folder_id: FolderId,
        ranges: UidRanges | None = None,
        changed_since: Modseq | None = None,
    ) -> list[ItemRow]:
        """Small facts by ascending uid; `changed_since`: only what changed after it."""

        def work(view: View) -> list[ItemRow]:
            folder_for(view, principal, folder_id, Right.READ_ANY)
            return view.rows(folder_id, ranges, changed_since)

        return await self._store.read(work, slow=await self._is_many(folder_id, ranges, MANY_ROWS))

    async def flag_rows(
        self,
        principal: Principal,
        folder_id: FolderId,
        ranges: UidRanges | None = None,
        changed_since: Modseq | None = None,
    ) -> list[tuple[FolderUid, int, str, Modseq]]:
        """The leanest form: (uid, system bits, keywords, modseq)."""

        def work(view: View) -> list[tuple[FolderUid, int, str, Modseq]]:
            folder_for(view, principal, folder_id, Right.READ_ANY)
            return view.flag_rows(folder_id, ranges, changed_since)

        return await self._store.read(work, slow=await self._is_many(folder_id, ranges, MANY_ROWS))

    async def stored(
        self, principal: Principal, folder_id: FolderId, ranges: UidRanges, columns: Sequence[str]
    ) -> list[tuple[FolderUid, ContentId, tuple[object, ...]]]:
        """What was computed of the contents (see `View.stored`), by ascending uid."""

        def work(view: View) -> list[tuple[FolderUid, ContentId, tuple[object, ...]]]:
            folder_for(view, principal, folder_id, Right.READ_ANY)
            return view.stored(folder_id, ranges, columns)

        many = MANY_BODIES if "data" in columns else MANY_ROWS
        return await self._store.read(work, slow=await self._is_many(folder_id, ranges, many))

    async def data(
        self, principal: Principal, folder_id: FolderId, uid: FolderUid, start: int = 0, length: int | None = None
    ) -> bytes:
        """The raw bytes or a slice of them. Raises NotFound when the message is gone."""

        def work(view: View) -> bytes:
            folder_for(view, principal, folder_id, Right.READ_ANY)
            found = view.rows(folder_id, [(uid, uid)])
            if not found:
                raise NotFound("No such message")
            return view.content_data(found[0].content_id, start, length)

        return await self._store.read(work)

    async def search(
        self, principal: Principal, folder_id: FolderId, query: Query, sort: Sequence[SortKey] = ()
    ) -> list[FolderUid]:
        """Matching uids, ascending, or by the sort keys with ascending uid breaking ties."""

        def work(view: View) -> list[FolderUid]:
            folder_for(view, principal, folder_id, Right.READ_ANY)
            return view.search(folder_id, query, sort)

        return await self._store.read(work, slow=True)

    async def threads(
        self, principal: Principal, folder_id: FolderId, query: Query, algorithm: ThreadAlgorithm
    ) -> list[Thread]:
        """Threads of the matching messages, ordered as the algorithm says (RFC 5256 section 3)."""

        def work(view: View) -> list[Thread]:
            folder_for(view, principal, folder_id, Right.READ_ANY)
            return threads(view.thread_rows(folder_id, query), algorithm)

        return await self._store.read(work, slow=True)

    # -- parts -------------------------------------------------------------------------------------------------------
    async def _transferred(self, work: Callable[[Transaction], tuple[Transfer, Folder, bool]]) -> Transfer:
        transfer, target, notice_due = await self._store.write(work)
        if notice_due:
            await self._quota.send_notice(target.account_id)
        return transfer

    async def _is_many(self, folder_id: FolderId, ranges: UidRanges | None, many: int) -> bool:
        """Whether there can be more than `many` items: `1:*` is no more than what the folder holds."""
        if _span(ranges) <= many:
            return False
        folder = await self._store.read(lambda view: view.folder(folder_id))
        return folder is not None and folder.total > many

    def _check_size(self, size_bytes: int) -> None:
        if size_bytes > self._limits.message_bytes:
            raise TooLarge(f"A message has at most {self._limits.message_bytes} bytes")

    def _check_keywords(self, view: View, folder_id: FolderId, items: Sequence[NewItem]) -> None:
        keywords = frozenset[str]().union(*(item.flags.keywords for item in items))
        check_keywords(view, folder_id, keywords, self._limits)

    def _check_travelling_keywords(
        self, view: View, folder_id: FolderId, ranges: UidRanges, target_id: FolderId
    ) -> None:
        here, there = view.keywords(folder_id), view.keywords(target_id)
        if len(here) + len(there) <= self._limits.keywords_per_folder:
            return
        travelling = {
            keyword for _, _, keywords, _ in view.flag_rows(folder_id, ranges) for keyword in keywords.split()
        }
        check_keywords(view, target_id, travelling, self._limits)


def _together(outcomes: Sequence[FlagOutcome]) -> FlagOutcome:
    """Of the steps of one change, on different items."""
    return FlagOutcome(
        tuple(sorted(uid for each in outcomes for uid in each.changed)),
        tuple(sorted(uid for each in outcomes for uid in each.stale)),
        max((each.modseq for each in outcomes if each.modseq is not None), default=None),
    )


def _target(view: View, principal: Principal, folder_id: FolderId, kind: FolderKind) -> tuple[Folder, Right]:
    """A folder that can take items of that kind. Raises FolderNotFound, PermissionDenied, Invalid."""
    folder, rights = folder_for(view, principal, folder_id, Right.CREATE)
    if not folder.selectable:
        raise Invalid(f"{folder.path} cannot hold messages")
    if folder.kind not in (FolderKind.MAIL, kind):
        raise Invalid(f"{folder.path} is a folder of another kind")
    return folder, rights


def _require_room_for(view: View, source: Folder, ranges: UidRanges, target: Folder) -> None:
    """Raises OverQuota when the copies do not fit; they are summed only where the whole folder might not fit."""
    account = view.account(target.account_id)
    if has_room(account, source.size_bytes):
        return
    size_bytes = sum(row.size_bytes for row in view.rows(source.id, ranges))
    if size_bytes and not has_room(account, size_bytes):
        raise OverQuota("The mailbox is full")


def _span(ranges: UidRanges | None) -> int:
    """At most so many rows."""
    return MAX_UID if ranges is None else sum(last - first + 1 for first, last in ranges)
