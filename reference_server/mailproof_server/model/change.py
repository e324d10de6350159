"""The change log: one rising counter per account, of which MODSEQ, SyncKey, SyncState and watermark are spellings."""

from dataclasses import dataclass
from enum import StrEnum

from mailproof_server.model.ids import AccountId, FolderId, FolderUid, Modseq


class ChangeKind(StrEnum):
    CREATED = "created"
    """Items appeared in the folder (append, delivery, copy, arrival of a move)."""
    UPDATED = "updated"
    """Properties changed."""
    FLAGGED = "flagged"
    """Only flags or keywords changed."""
    REMOVED = "removed"
    """Items left the folder for good (expunge)."""
    MOVED = "moved"
    """Items left the folder for another of the account or store; the arrival is a CREATED of its own."""
    FOLDER_CREATED = "folder_created"
    FOLDER_UPDATED = "folder_updated"
    """Renamed, moved, or its rights, role or subscription changed."""
    FOLDER_REMOVED = "folder_removed"


@dataclass(frozen=True, slots=True)
class Change:
    """One log record; a set-wise operation writes one record for the whole run of items."""

    account_id: AccountId
    modseq: Modseq
    kind: ChangeKind
    folder_id: FolderId
    uids: tuple[tuple[FolderUid, FolderUid], ...] = ()
    """Inclusive ascending ranges; empty for folder changes."""
