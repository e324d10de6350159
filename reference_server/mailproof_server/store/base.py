"""What a store offers, as Protocols: SQLite stands behind them today, PostgreSQL can tomorrow.

Theory
------
* Work is a plain function. `await store.read(work)` gives it a `View` of one consistent snapshot; `await
  store.write(work)` gives it a `Transaction` and returns **after COMMIT**, so whoever awaits it may acknowledge.
  Functions given to `write` run one at a time, in the writer's thread, each in a savepoint of its own: one that raises
  is rolled back alone and its exception reaches its caller; the others of the batch commit.
* Work does no I/O of its own, keeps no reference to the view or transaction, and is quick: everything slow (parsing,
  hashing) is done before.
* The store checks no rights and knows no protocol. It keeps the invariants:
    1. folder uids rise and are never reused under one uid_validity; uid_validity values of an account only rise;
    2. every write that changes an account raises its modseq by exactly one per log record, and the record, the rows and
       the counters commit together;
    3. folder and account counters equal what counting the rows would give.
* After COMMIT the store publishes (account, newest modseq). A wake-up carries no data: the waiter asks
  `changes_since(cursor)`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from mailproof_server.model.account import Account, DirectoryEntry, PrincipalKind
from mailproof_server.model.change import Change, ChangeKind
from mailproof_server.model.event import EventKey
from mailproof_server.model.folder import Folder, FolderKind, FolderRole
from mailproof_server.model.ids import (
    AccountId,
    ContentId,
    FolderId,
    FolderUid,
    ItemId,
    Modseq,
    PrincipalId,
    UidValidity,
)
from mailproof_server.model.item import Content, FlagAction, Flags, ItemRow, NewItem
from mailproof_server.model.permission import AccountPermission, Anyone, Grant, Right
from mailproof_server.model.query import Query, SortKey

T = TypeVar("T")
UidRanges = Sequence[tuple[FolderUid, FolderUid]]
"""Inclusive, ascending, disjoint."""
DIRECTORY = AccountId(0)
"""No account's id: the feed wakes who watches it after a change of who may sign in, and how."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where stored items went: uids in the order of the items."""

    folder_id: FolderId
    uid_validity: UidValidity
    uids: tuple[FolderUid, ...]
    item_ids: tuple[ItemId, ...]
    modseq: Modseq


@dataclass(frozen=True, slots=True)
class Transfer:
    """A copy or move: source uids and target uids correspond one to one."""

    source_uids: tuple[FolderUid, ...]
    placement: Placement


@dataclass(frozen=True, slots=True)
class FlagOutcome:
    """Of a conditional flag change: the items changed or already so, and those that failed UNCHANGEDSINCE."""

    changed: tuple[FolderUid, ...]
    """Only items whose flags really became different; these got `modseq`."""
    stale: tuple[FolderUid, ...]
    modseq: Modseq | None
    """None when nothing changed."""


@dataclass(frozen=True, slots=True)
class Credential:
    """A stored secret's hash. A password has the name ''; tokens have names of their own."""

    id: int
    principal_id: PrincipalId
    kind: str
    """`password` or `token`."""
    name: str
    secret_hash: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class ThreadRow:
    """What RFC 5256 threading needs of one item."""

    uid: FolderUid
    message_id: str
    in_reply_to: str
    references: tuple[str, ...]
    subject: str
    base_subject: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class QueuedMessage:
    """One message waiting to leave the organisation, with the recipients still open."""

    id: int
    sender: str
    recipients: tuple[tuple[str, str], ...]
    """(address, delivery-status wishes as JSON)."""
    data: bytes
    envelope_json: str
    attempts: int
    next_attempt_at: datetime
    queued_at: datetime


class View(Protocol):
    """Reading one consistent snapshot."""

    # -- directory ---------------------------------------------------------------------------------------------------
    def domains(self) -> tuple[str, ...]:
        """Accepted domains, the default one first."""

    def entry(self, principal_id: PrincipalId) -> DirectoryEntry | None: ...

    def entry_by_address(self, address: str) -> DirectoryEntry | None:
        """By primary address or alias, exactly as given in lower case: no sub-address logic here."""

    def entry_by_username(self, username: str) -> DirectoryEntry | None: ...

    def entry_of_account(self, account_id: AccountId) -> DirectoryEntry | None: ...

    def entries(self, kind: PrincipalKind | None = None) -> list[DirectoryEntry]:
        """All, by address."""

    def entries_beginning(
        self, words: Sequence[str], limit: int, kinds: Sequence[PrincipalKind] = tuple(PrincipalKind)
    ) -> list[DirectoryEntry]:
        """What the address book shows (enabled, not hidden) and has a word beginning with each of `words`, by name.

        Searched are display names, attributes, and of addresses and aliases the part before the @; case and accents do
        not count.
        """

    def entries_with_address(self, prefix: str, limit: int) -> list[DirectoryEntry]:
        """What the address book shows and has an address or alias beginning with `prefix` (lower case), by address."""

    def group_members(self, group_id: PrincipalId) -> list[PrincipalId]:
        """Direct members."""

    def groups_of(self, principal_id: PrincipalId) -> frozenset[PrincipalId]:
        """Every group the principal belongs to, through nested groups as well; cycles are harmless."""

    def credentials(self, principal_id: PrincipalId) -> list[Credential]: ...

    def account_grants(self, owner: AccountId) -> list[tuple[PrincipalId, AccountPermission]]: ...

    def group_grants(self, group_id: PrincipalId) -> list[tuple[PrincipalId, AccountPermission]]:
        """Who may send in the group's name; a group has no account."""

    # -- accounts and folders ----------------------------------------------------------------------------------------
    def account(self, account_id: AccountId) -> Account:
        """Raises KeyError for an id that never was or is gone."""

    def folder(self, folder_id: FolderId) -> Folder | None: ...

    def folder_by_path(self, account_id: AccountId, path: str) -> Folder | None:
        """Exact spelling; the empty path is the root."""

    def folder_by_role(self, account_id: AccountId, role: FolderRole) -> Folder | None: ...

    def folders(self, account_id: AccountId) -> list[Folder]:
        """All but the root, parents before children, siblings by name."""

    def has_children(self, folder_id: FolderId) -> bool:
        """Whether there are folders directly below it."""

    def children(self, folder_id: FolderId) -> list[Folder]:
        """The folders directly below it, by name."""

    def folder_grants(self, folder_id: FolderId) -> list[Grant]: ...

    def grants_stamp(self) -> int:
        """A number that every change of grants, of group memberships and of the places and roles of folders replaces by
        one never seen before: rights worked out under it hold for as long as it stays. Cheap to ask for."""

    def accounts_with_grants_for(self, grantees: Iterable[PrincipalId]) -> list[AccountId]:
        """Accounts holding a folder grant (or full access) for any of the principals or for `default`."""

    def subscriptions(self, principal_id: PrincipalId) -> list[tuple[AccountId, str]]:
        """(owner, path), also of folders that no longer exist."""

    def annotations(self, account_id: AccountId, folder_id: FolderId | None, viewer: PrincipalId) -> dict[str, bytes]:
        """Entry name in lower case -> value; /shared entries and the viewer's own /private ones. None: account's."""

    # -- items -------------------------------------------------------------------------------------------------------
    def uids(self, folder_id: FolderId) -> list[FolderUid]:
        """Every uid, ascending: the basis of a session's sequence numbers."""

    def first_unseen(self, folder_id: FolderId) -> FolderUid | None:
        """The lowest uid without \\Seen, for SELECT's UNSEEN; None: all are seen, or the folder is not there. Quick at
        any size, and remembered until the folder changes."""

    def rows(
        self, folder_id: FolderId, ranges: UidRanges | None = None, changed_since: Modseq | None = None
    ) -> list[ItemRow]:
        """Rows by ascending uid; `changed_since`: only those with modseq > it. One ordered query."""

    def flag_rows(
        self, folder_id: FolderId, ranges: UidRanges | None = None, changed_since: Modseq | None = None
    ) -> list[tuple[FolderUid, int, str, Modseq]]:
        """The leanest form, for flag syncs of 50,000 items: (uid, system bits, keywords, modseq)."""

    def stored(
        self, folder_id: FolderId, ranges: UidRanges, columns: Sequence[str]
    ) -> list[tuple[FolderUid, ContentId, tuple[object, ...]]]:
        """Computed columns of contents by ascending uid. Columns: envelope, body, body_structure, structure, preview,
        size_bytes, and data (the raw bytes)."""

    def content_data(self, content_id: ContentId, start: int = 0, length: int | None = None) -> bytes:
        """The raw bytes, or a slice of them, read without loading the rest. Raises KeyError when they are gone."""

    def item(self, item_id: ItemId) -> ItemRow | None: ...

    def properties(self, item_id: ItemId) -> dict[str, object]: ...

    def events_between(self, folder_id: FolderId, start: datetime, end: datetime) -> list[ItemId]:
        """Events, and series of which an occurrence may, overlap the half-open window; by start."""

    def events_by_uid(self, account_id: AccountId, uid: str) -> list[ItemId]:
        """Events of the whole account whose UID is this one, in the form of `comparable_uid`."""

    def created_by(self, folder_id: FolderId, ranges: UidRanges, creator: PrincipalId) -> list[FolderUid]:
        """The uids of items that this principal has put there as a guest of the account, ascending."""

    def creator(self, item_id: ItemId) -> PrincipalId | None:
        """The guest who has created the item; None: the owner, or nobody in particular (mail that has arrived)."""

    def with_message_id(self, folder_id: FolderId, message_id: str) -> list[FolderUid]:
        """The uids of items with this Message-ID, ascending."""

    def contents_of_message(self, account_id: AccountId, message_id: str, since: datetime) -> list[ContentId]:
        """Of the account's items with this Message-ID that were stored at `since` or later, in any folder."""

    def keywords(self, folder_id: FolderId) -> tuple[str, ...]:
        """Keywords ever used in the folder, for IMAP's FLAGS response; sorted."""

    def search(self, folder_id: FolderId, query: Query, sort: Sequence[SortKey] = ()) -> list[FolderUid]:
        """Matching uids, ascending, or by the sort keys with ascending uid breaking ties. Raises Invalid for a query
        that is nested too deeply."""

    def thread_rows(self, folder_id: FolderId, query: Query) -> list[ThreadRow]:
        """By ascending uid."""

    # -- changes -----------------------------------------------------------------------------------------------------
    def changes_since(self, account_id: AccountId, cursor: Modseq, folder_id: FolderId | None = None) -> list[Change]:
        """Log records with modseq > cursor, ascending. Raises CursorExpired below the account's log floor, KeyError for
        an account that is gone."""

    # -- documents ---------------------------------------------------------------------------------------------------
    def document(self, account_id: AccountId | None, kind: str, key: str) -> dict[str, Any] | None:
        """A small JSON object (rules, automatic reply, delegates, devices …); account None: of the organisation."""

    def documents(self, account_id: AccountId | None, kind: str) -> dict[str, dict[str, Any]]:
        """All of one kind, by key in the order of code points."""

    def document_stamp(self, account_id: AccountId | None, kind: str) -> int:
        """A number that every change of documents of the kind replaces by one never seen before; 0: there were none.

        Cheap to ask for, so what has been made of documents can be kept in memory next to it, and be used for as long
        as the number stays the same, whichever process has changed them.
        """

    # -- outbound queue ----------------------------------------------------------------------------------------------
    def queue_due(self, now: datetime, limit: int = 50) -> list[QueuedMessage]: ...

    def queue_next_at(self) -> datetime | None: ...


class Transaction(View, Protocol):
    """Writing. Every method that changes an account appends to its log and raises its modseq."""

    # -- directory ---------------------------------------------------------------------------------------------------
    def add_domain(self, name: str, *, default: bool = False) -> None:
        """Raises AlreadyExists."""

    def set_default_domain(self, name: str) -> None:
        """The accepted domain that `domains` names first. Raises NotFound."""

    def remove_domain(self, name: str) -> None:
        """Raises NotFound; Invalid while an address uses it."""

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
        """Users and resources get an account with its distinguished folders. Raises AlreadyExists for a used address or
        username, NotFound for a domain that is not accepted."""

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
        """None leaves a value. A new primary address turns the old one into an alias."""

    def remove_entry(self, principal_id: PrincipalId) -> None:
        """With its account, folders and items; the account's watchers are woken once more, and find it gone."""

    def add_alias(self, principal_id: PrincipalId, address: str) -> None: ...

    def remove_alias(self, principal_id: PrincipalId, address: str) -> None: ...

    def add_member(self, group_id: PrincipalId, member_id: PrincipalId) -> None: ...

    def remove_member(self, group_id: PrincipalId, member_id: PrincipalId) -> None: ...

    def set_password_hash(self, principal_id: PrincipalId, secret_hash: str, now: datetime) -> None: ...

    def add_credential(
        self,
        principal_id: PrincipalId,
        kind: str,
        name: str,
        secret_hash: str,
        now: datetime,
        expires_at: datetime | None,
    ) -> int: ...

    def remove_credential(self, credential_id: int) -> None: ...

    def touch_credential(self, credential_id: int, now: datetime) -> None: ...

    def set_quota(self, account_id: AccountId, quota_bytes: int) -> None: ...

    def set_quota_noticed(self, account_id: AccountId, at: datetime | None) -> None: ...

    def grant_account(self, owner: AccountId, grantee: PrincipalId, permission: AccountPermission) -> None: ...

    def revoke_account(self, owner: AccountId, grantee: PrincipalId, permission: AccountPermission) -> None: ...

    def grant_group(self, group_id: PrincipalId, grantee: PrincipalId, permission: AccountPermission) -> None:
        """Raises NotFound; Invalid for what is no group."""

    def revoke_group(self, group_id: PrincipalId, grantee: PrincipalId, permission: AccountPermission) -> None:
        """Raises NotFound when there is no such grant."""

    def tell_directory(self) -> None:
        """Wake who watches DIRECTORY after COMMIT, for a change that no other method of the directory makes: those that
        change who may sign in, and how, do so by themselves."""

    # -- folders -----------------------------------------------------------------------------------------------------
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
        """Grants of the parent are copied, but for mere visibility of the root. A container that is not selectable
        becomes so when created again, with a new uid_validity. Raises AlreadyExists for a path or role in use,
        FolderNotFound for the parent, Invalid for a name that is empty or holds the separator."""

    def rename_folder(self, folder_id: FolderId, parent_id: FolderId, name: str) -> Folder:
        """Subfolders come along; uids stay, and so does uid_validity unless a folder under the new name has shown a
        higher one before: then it rises above that. Raises AlreadyExists, FolderNotFound, Invalid (into itself, or the
        root)."""

    def make_container(self, folder_id: FolderId) -> None:
        """Delete the items and keep the name as a non-selectable container without role. Raises FolderNotFound."""

    def remove_folder(self, folder_id: FolderId) -> None:
        """With its items; raises HasChildren while it has subfolders, FolderNotFound, Invalid for the root."""

    def set_special_uses(self, folder_id: FolderId, special_uses: Sequence[str]) -> None: ...

    def set_subscribed(self, principal_id: PrincipalId, owner: AccountId, path: str, subscribed: bool) -> None: ...

    def rename_subscriptions(self, owner: AccountId, old_path: str, new_path: str) -> None: ...

    def set_grant(self, folder_id: FolderId, grantee: PrincipalId | Anyone, rights: Right | None) -> None:
        """None removes the grantee's entry."""

    def set_annotation(
        self, account_id: AccountId, folder_id: FolderId | None, viewer: PrincipalId, entry: str, value: bytes | None
    ) -> None: ...

    def claim_recent(self, folder_id: FolderId) -> FolderUid:
        """Returns recent_from and moves it to uid_next: the caller's session alone sees those items as recent."""

    # -- items -------------------------------------------------------------------------------------------------------
    def add_items(
        self, folder_id: FolderId, items: Sequence[NewItem], now: datetime, creator: PrincipalId | None = None
    ) -> Placement:
        """All or nothing, one log record. `creator`: a guest of the account, whose items they become.

        Raises Invalid when the folder is no longer there or not selectable."""

    def copy_items(
        self,
        folder_id: FolderId,
        ranges: UidRanges,
        target_id: FolderId,
        now: datetime,
        creator: PrincipalId | None = None,
    ) -> Transfer:
        """Flags, keywords and received_at go along; contents are shared; `creator` is that of the copies. Raises
        FolderNotFound for the source, Invalid for a target that cannot hold items."""

    def move_items(
        self,
        folder_id: FolderId,
        ranges: UidRanges,
        target_id: FolderId,
        now: datetime,
        creator: PrincipalId | None = None,
    ) -> Transfer:
        """Source uids that no longer exist are left out; the target may be the source folder. Within an account items
        keep their creator; in another one they get `creator`. Raises as copy_items."""

    def set_flags(
        self,
        folder_id: FolderId,
        ranges: UidRanges,
        action: FlagAction,
        flags: Flags,
        unchanged_since: Modseq | None = None,
    ) -> FlagOutcome:
        """Of the items in the ranges that exist. Raises FolderNotFound, Invalid for a keyword with white space."""

    def remove_items(self, folder_id: FolderId, ranges: UidRanges, *, only_deleted: bool) -> tuple[FolderUid, ...]:
        """Expunge; `only_deleted`: those flagged \\Deleted. Returns what went. Raises FolderNotFound."""

    def update_item(
        self,
        item_id: ItemId,
        *,
        content: Content | None = None,
        properties: Mapping[str, object] | None = None,
        event: EventKey | None = None,
        now: datetime | None = None,
    ) -> None:
        """For calendars, contacts and drafts edited in place; logs UPDATED. `now`: the item counts as saved at that
        moment from then on. Raises NotFound."""

    # -- documents ---------------------------------------------------------------------------------------------------
    def put_document(self, account_id: AccountId | None, kind: str, key: str, value: Mapping[str, Any] | None) -> None:
        """Replace it whole; None removes it, if it is there. Not a change of the account: its modseq stays, and nobody
        is woken. Raises NotFound for an account that is gone, Invalid for what is not JSON."""

    # -- log, queue --------------------------------------------------------------------------------------------------
    def prune_log(self, account_id: AccountId, floor: Modseq) -> None: ...

    def log_folder(self, account_id: AccountId, kind: ChangeKind, folder_id: FolderId) -> Modseq: ...

    def enqueue(
        self, sender: str, recipients: Sequence[tuple[str, str]], data: bytes, envelope_json: str, now: datetime
    ) -> int: ...

    def requeue(
        self, queue_id: int, recipients: Sequence[tuple[str, str]], attempts: int, next_attempt_at: datetime
    ) -> None: ...

    def dequeue(self, queue_id: int) -> None: ...


class Feed(Protocol):
    """Wake-ups after commits, from this process and from the other workers of the same store."""

    def watch(self, account_id: AccountId, wake: Callable[[Modseq], None]) -> Callable[[], None]:
        """Call `wake(newest modseq)` on the event loop after each commit that changed the account; returns the undo."""


class Store(Protocol):
    """A durable store of accounts. Opened by `app.build`, shared by all services."""

    @property
    def feed(self) -> Feed: ...

    async def read(self, work: Callable[[View], T], *, slow: bool = False) -> T:
        """Run `work` on a snapshot. `slow`: in a thread, for work that scans bodies or many rows."""

    async def write(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` in a transaction; returns after COMMIT. Raises Unavailable when the store is closing or full."""

    async def open(self) -> None:
        """Migrate to the newest schema and start the writer."""

    async def close(self) -> None:
        """Finish what was accepted, then stop."""
