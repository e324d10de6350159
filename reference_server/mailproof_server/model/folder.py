"""Typed folders of an account. IMAP's mailboxes, ActiveSync's collections and EWS's folders are projections of them."""

from dataclasses import dataclass
from enum import StrEnum

from mailproof_server.model.ids import AccountId, FolderId, FolderUid, Modseq, UidValidity

SEPARATOR = "/"
"""Joins the names of a folder's path; never part of a name."""


class FolderKind(StrEnum):
    MAIL = "mail"
    CALENDAR = "calendar"
    CONTACTS = "contacts"
    TASKS = "tasks"
    NOTES = "notes"


class FolderRole(StrEnum):
    """The distinguished folders; each at most once per account."""

    ROOT = "root"
    """Top of the account (EWS msgfolderroot): has no name, holds no items, is never listed over IMAP."""
    INBOX = "inbox"
    DRAFTS = "drafts"
    SENT = "sent"
    TRASH = "trash"
    JUNK = "junk"
    ARCHIVE = "archive"
    OUTBOX = "outbox"
    CALENDAR = "calendar"
    CONTACTS = "contacts"
    TASKS = "tasks"
    NOTES = "notes"


DISTINGUISHED: tuple[tuple[FolderRole, str, FolderKind], ...] = (
    (FolderRole.INBOX, "INBOX", FolderKind.MAIL),
    (FolderRole.DRAFTS, "Drafts", FolderKind.MAIL),
    (FolderRole.SENT, "Sent Items", FolderKind.MAIL),
    (FolderRole.TRASH, "Deleted Items", FolderKind.MAIL),
    (FolderRole.JUNK, "Junk E-mail", FolderKind.MAIL),
    (FolderRole.ARCHIVE, "Archive", FolderKind.MAIL),
    (FolderRole.OUTBOX, "Outbox", FolderKind.MAIL),
    (FolderRole.CALENDAR, "Calendar", FolderKind.CALENDAR),
    (FolderRole.CONTACTS, "Contacts", FolderKind.CONTACTS),
    (FolderRole.TASKS, "Tasks", FolderKind.TASKS),
    (FolderRole.NOTES, "Notes", FolderKind.NOTES),
)
"""What every new account gets below its root: role, name (as Outlook and WorkMail call it), kind."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder with its counters as of the last commit."""

    id: FolderId
    account_id: AccountId
    parent_id: FolderId | None
    """None for the root only."""
    name: str
    """Own name, Unicode as given (no normalisation); the inbox is called INBOX."""
    path: str
    """Names from the root joined by `/`, e.g. `Work/2026`."""
    kind: FolderKind
    role: FolderRole | None
    special_uses: tuple[str, ...]
    """RFC 6154 attributes set by CREATE-SPECIAL-USE beyond what the role implies, e.g. `\\Archive`."""
    selectable: bool
    """False: a container left by deleting a folder that has subfolders (IMAP \\Noselect)."""
    uid_validity: UidValidity
    uid_next: FolderUid
    recent_from: FolderUid
    """Items with uid >= this have been announced as recent to nobody yet (IMAP \\Recent)."""
    modseq: Modseq
    """Highest modseq of any item change in this folder (HIGHESTMODSEQ)."""
    total: int
    unread: int
    deleted: int
    """Items flagged \\Deleted."""
    size_bytes: int
    deleted_size_bytes: int
