"""Telling a client what it asked for by NOTIFY SET, also while no command runs (RFC 5465).

Theory
------
* The selected folder is the business of `updates.report`; here are the others. One `_Account` for each account whose
  folders a filter may cover: a cursor into its change log, and what the client knows of its folders.
* A commit in a watched account only makes it dirty. `push` looks at the dirty ones: message events come from the log
  (its records tell one's own changes from those of others), folder events from comparing (`notify_folders`).
* So what is due is computed when the client can be told, and a slow client gets one response for many changes. What
  grows too large in one push is answered by NOTIFICATIONOVERFLOW, "as if a NOTIFY NONE command had just been received".
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from mailproof_server.model.change import Change, ChangeKind
from mailproof_server.model.errors import CursorExpired, FolderNotFound, NotFound, PermissionDenied, TooMany
from mailproof_server.model.folder import SEPARATOR
from mailproof_server.model.ids import AccountId, FolderId, Modseq
from mailproof_server.model.permission import Right
from mailproof_server.protocols.imap import updates
from mailproof_server.protocols.imap.listing import Name, attributes, names
from mailproof_server.protocols.imap.names import is_shown
from mailproof_server.protocols.imap.notify_filters import MESSAGE_EVENTS, OTHERS_PREFIX, Facts, Filters
from mailproof_server.protocols.imap.notify_folders import Annotations, FolderNews, Seen, is_own
from mailproof_server.protocols.imap.session import Session
from mailproof_server.protocols.imap.status import status_response
from mailproof_server.services.folders import FolderView
from mailproof_server.wire.imap.format import astring, list_line, mailbox
from mailproof_server.wire.imap.notify import NotifyEvent

FOLDER_KINDS = (ChangeKind.FOLDER_CREATED, ChangeKind.FOLDER_UPDATED, ChangeKind.FOLDER_REMOVED)


@dataclass(slots=True)
class _Account:
    id: AccountId
    prefix: str
    """What stands before its paths; empty for one's own."""
    cursor: Modseq
    folders: dict[FolderId, Seen] = field(default_factory=dict)
    subscribed: set[str] = field(default_factory=set)
    """Names, also of folders that are gone."""


class Notifier:
    """Made by NOTIFY SET for one session; `start` first."""

    def __init__(self, session: Session, filters: Filters) -> None:
        self._session = session
        self._filters = filters
        self._accounts: dict[AccountId, _Account] = {}
        self._server_annotations: Annotations = {}
        self._undo: dict[AccountId, Callable[[], None]] = {}
        self._dirty: set[AccountId] = set()
        self._followed: AccountId | None = None

    # -- what the session asks -----------------------------------------------------------------------------------------
    @property
    def has_news(self) -> bool:
        selected = self._session.selected
        # With SELECTED, what a command could not tell of is due as soon as it has ended.
        waits = selected is not None and bool(selected.gone) and not self._session.wanted.delayed
        return waits or bool(self._dirty)

    def give_up(self) -> None:
        """5.8: say NOTIFICATIONOVERFLOW "and behave as if a NOTIFY NONE command had just been received"."""
        self._session.write(b"* OK [NOTIFICATIONOVERFLOW] Too much happened, nothing more is told\r\n")
        self._session.wanted = updates.NOTHING
        self._session.notifier = None
        self.stop()

    def stop(self) -> None:
        while self._undo:
            self._undo.popitem()[1]()

    def follow(self) -> None:
        selected = self._session.selected
        owner = selected.owner if selected is not None and self._session.wanted.messages else None
        if owner == self._followed:
            return
        if self._followed is not None and self._followed not in self._accounts:
            self._undo.pop(self._followed)()
        self._followed = owner
        if owner is not None:
            self._listen(owner)
            # What was committed between SELECT and now has woken nobody.
            self._wake(owner)

    async def start(self, *, status: bool) -> None:
        """Watch, and say what the client must know now. Raises TooMany when it asks for too much."""
        session = self._session
        if not self._filters.groups:
            return
        if self._filters.wants_server_metadata:
            self._server_annotations = await self._annotations(session.signed_in.account_id, None)
        lines: list[bytes] = []
        barred: list[str] = []
        for account_id, prefix in (await self._accounts_to_watch()).items():
            account = await self._watch(account_id, prefix)
            for view in await self._views(account):
                seen = self._seen(account, view)
                account.folders[view.folder.id] = seen
                events = self._filters.events(seen.facts)
                if not events:
                    continue
                if not seen.readable:
                    # 3.1: what it may list but not read is answered by "an untagged extended LIST response containing
                    # the \NoAccess name attribute"
                    barred.append(seen.facts.name)
                    continue
                await self._remember_annotations(view, seen, events)
                if status and events & MESSAGE_EVENTS and seen.facts.selectable and not self._is_selected(view):
                    lines.append(await status_response(session, view, seen.facts.name, _first_items(events)))
            covered = sum(bool(self._filters.events(seen.facts)) for seen in account.folders.values())
            if covered > session.server.limits.notify_folders:
                raise TooMany("NOTIFY covers too many folders")
        if barred:
            lines = await self._list_lines(dict.fromkeys(barred), ()) + lines
        session.write(b"".join(lines))

    async def push(self, *, expunges: bool) -> None:
        session = self._session
        dirty, self._dirty = self._dirty, set()
        try:
            lines: list[bytes] = []
            for account_id in dirty & self._accounts.keys():
                lines += await self._news(self._accounts[account_id])
            if len(lines) > session.server.limits.notify_responses:
                raise TooMany("Too many notifications")
        except (TooMany, CursorExpired):
            self.give_up()
            return
        session.own.clear()
        session.write(b"".join(lines))
        await updates.report(session, expunges=expunges)

    # -- watching ------------------------------------------------------------------------------------------------------
    def _wake(self, account_id: AccountId) -> None:
        self._dirty.add(account_id)
        self._session.stream.notify()

    def _listen(self, account_id: AccountId) -> None:
        if account_id not in self._undo:
            self._undo[account_id] = self._session.services.changes.watch(
                account_id, lambda _newest: self._wake(account_id)
            )

    async def _watch(self, account_id: AccountId, prefix: str) -> _Account:
        self._listen(account_id)
        account = _Account(account_id, prefix, await self._session.services.changes.modseq(account_id))
        account.subscribed = await self._subscribed(account)
        self._accounts[account_id] = account
        return account

    async def _accounts_to_watch(self) -> dict[AccountId, str]:
        """Accounts with their prefixes: one's own, and those in which a filter may cover a folder now or later."""
        session = self._session
        found = {session.signed_in.account_id: ""}
        entries = []
        named = self._filters.other_users()
        if "" in named:
            entries += await session.services.directory.entries()
        for address in named - {""}:
            try:
                entries.append(await session.services.folders.owner(address))
            except NotFound:
                continue
        if self._filters.wants_subscribed:
            entries += await session.services.folders.shared_accounts(session.signed_in)
        for entry in entries:
            if entry.account_id is not None:
                found.setdefault(entry.account_id, f"{OTHERS_PREFIX}{entry.address}{SEPARATOR}")
        if len(found) > session.server.limits.notify_accounts:
            raise TooMany("NOTIFY covers too many accounts")
        return found

    async def _views(self, account: _Account) -> list[FolderView]:
        views = await self._session.services.folders.list(self._session.signed_in, account.id)
        return [view for view in views if is_shown(view.folder)]

    async def _subscribed(self, account: _Account) -> set[str]:
        every = await self._session.services.folders.subscriptions(self._session.signed_in)
        return {account.prefix + path for owner, path in every if owner == account.id}

    def _seen(self, account: _Account, view: FolderView) -> Seen:
        folder = view.folder
        name = account.prefix + folder.path
        facts = Facts(name, not account.prefix, folder.selectable, name in account.subscribed)
        return Seen(facts, Right.READ_ANY in view.rights, folder.uid_validity, folder.unread)

    def _is_selected(self, view: FolderView) -> bool:
        selected = self._session.selected
        return selected is not None and selected.folder_id == view.folder.id

    # -- news of one account -------------------------------------------------------------------------------------------
    async def _news(self, account: _Account) -> list[bytes]:
        """Every response that is due, in order: names first, then what is in them. Moves the account's state on."""
        services, principal = self._session.services, self._session.signed_in
        try:
            newest = await services.changes.modseq(account.id)
            changes = await services.changes.since(principal, account.id, account.cursor)
        except KeyError:  # the account itself is gone, and with it its log
            newest, changes = account.cursor, []
        account.cursor = max([newest, *(change.modseq for change in changes)])
        views = await self._views(account)
        lines: list[bytes] = []
        touched = {change.folder_id for change in changes if change.kind is ChangeKind.FOLDER_UPDATED}
        was_subscribed, account.subscribed = account.subscribed, await self._subscribed(account)
        before, after = account.folders, {view.folder.id: self._seen(account, view) for view in views}
        for folder_id in before.keys() & after.keys():
            after[folder_id].annotations = before[folder_id].annotations
        account.folders = after
        folder_news = FolderNews(self._filters, self._session.own, account.prefix)
        folder_news.compare(before, after, was_subscribed ^ account.subscribed)
        lines += await self._list_lines(folder_news.affected, folder_news.gone)
        for view in views:
            seen = after[view.folder.id]
            events = self._filters.events(seen.facts)
            if not seen.readable or not events:
                continue
            known = before.get(view.folder.id)
            if known is None:
                await self._remember_annotations(view, seen, events)
            elif view.folder.id in touched and NotifyEvent.MAILBOX_METADATA_CHANGE in events:
                lines += await self._metadata_line(view, seen)
            if known is not None and seen.facts.selectable and not self._is_selected(view):
                items = self._status_items(events, changes, known, seen, view.folder.id)
                if items:
                    lines.append(await status_response(self._session, view, seen.facts.name, items))
        if self._filters.wants_server_metadata and not account.prefix and touched - after.keys():
            lines += await self._server_metadata_line()
        if self._filters.wants_subscribed and any(change.kind in FOLDER_KINDS for change in changes):
            await self._revise()
        return lines

    async def _revise(self) -> None:
        """ "If the subscription list changes, the server MUST reevaluate the list" (6.4): other accounts may join."""
        for account_id, prefix in (await self._accounts_to_watch()).items():
            if account_id not in self._accounts:
                account = await self._watch(account_id, prefix)
                account.folders = {view.folder.id: self._seen(account, view) for view in await self._views(account)}

    # -- responses -----------------------------------------------------------------------------------------------------
    async def _list_lines(self, affected: Mapping[str, str | None], gone: Iterable[str]) -> list[bytes]:
        """LIST for each name, with its OLDNAME; `gone`: those that are \\NonExistent whatever LIST itself would say."""
        if not affected:
            return []
        utf8 = self._session.utf8
        found = await names(self._session)
        lines: list[bytes] = []
        for text, old in sorted(affected.items()):
            name = found.get(text) or Name(text, None, False, False)
            words = attributes(name, subscribed=True)
            if text in gone:
                words = list(dict.fromkeys([b"\\NonExistent", *words]))
            elif _is_barred(name):
                words.append(b"\\NoAccess")
            extended = b'("OLDNAME" (%b))' % mailbox(old, utf8=utf8) if old is not None else b""
            lines.append(list_line(words, SEPARATOR, text, utf8=utf8, extended=extended))
        return lines

    def _status_items(
        self,
        events: frozenset[NotifyEvent],
        changes: Sequence[Change],
        known: Seen,
        seen: Seen,
        folder_id: FolderId,
    ) -> list[bytes]:
        """What the STATUS response has to hold (5.1 to 5.3); nothing when there is nothing to tell."""
        kinds = {
            change.kind
            for change in changes
            if change.folder_id == folder_id and (folder_id, change.modseq) not in self._session.own.messages
        }
        items: list[bytes] = []
        came = NotifyEvent.MESSAGE_NEW in events and ChangeKind.CREATED in kinds
        went = NotifyEvent.MESSAGE_EXPUNGE in events and kinds & {ChangeKind.REMOVED, ChangeKind.MOVED}
        if came or went:
            items += [b"MESSAGES", b"UIDNEXT"]
        if NotifyEvent.FLAG_CHANGE in events:
            flagged = kinds & {ChangeKind.FLAGGED, ChangeKind.UPDATED}
            read = known.unread != seen.unread
            if known.uid_validity != seen.uid_validity or (flagged and (read or self._session.condstore)):
                items.append(b"UIDVALIDITY")
            if flagged and read:
                items.append(b"UNSEEN")
        if items and self._session.condstore:
            items.append(b"HIGHESTMODSEQ")
        return items

    async def _annotations(self, owner: AccountId, folder_id: FolderId | None) -> Annotations:
        try:
            return await self._session.services.annotations.get(self._session.signed_in, owner, folder_id)
        except (FolderNotFound, PermissionDenied):
            return {}  # it went since the folders were looked at; the next push tells

    async def _remember_annotations(self, view: FolderView, seen: Seen, events: frozenset[NotifyEvent]) -> None:
        if NotifyEvent.MAILBOX_METADATA_CHANGE in events:
            seen.annotations = await self._annotations(view.folder.account_id, view.folder.id)

    async def _metadata_line(self, view: FolderView, seen: Seen) -> list[bytes]:
        old, seen.annotations = seen.annotations, await self._annotations(view.folder.account_id, view.folder.id)
        return self._changed_entries(seen.facts.name, old, seen.annotations)

    async def _server_metadata_line(self) -> list[bytes]:
        old = self._server_annotations
        self._server_annotations = await self._annotations(self._session.signed_in.account_id, None)
        return self._changed_entries("", old, self._server_annotations)

    def _changed_entries(self, name: str, old: Annotations, new: Annotations) -> list[bytes]:
        """ "Unsolicited METADATA responses MUST only contain entry names, not the values" (RFC 5464 4.4)."""
        changed = sorted(entry for entry in old.keys() | new.keys() if old.get(entry) != new.get(entry))
        if not changed or is_own(self._session.own, "metadata", name):
            return []
        shown = mailbox(name, utf8=self._session.utf8) if name else b'""'
        return [b"* METADATA %b %b\r\n" % (shown, b" ".join(astring(each.encode("ascii")) for each in changed))]


def _is_barred(name: Name) -> bool:
    """Visible and not readable, or of another user and not visible at all."""
    if name.view is not None:
        return Right.READ_ANY not in name.view.rights
    return name.text.startswith(OTHERS_PREFIX) and not name.has_children


def _first_items(events: frozenset[NotifyEvent]) -> list[bytes]:
    """3.1: what the STATUS responses of NOTIFY SET STATUS MUST contain."""
    items = [b"MESSAGES", b"UIDNEXT", b"UIDVALIDITY"]
    return [*items, b"HIGHESTMODSEQ"] if NotifyEvent.FLAG_CHANGE in events else items
