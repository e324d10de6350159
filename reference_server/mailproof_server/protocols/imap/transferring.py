"""What COPY and MOVE share: the target, and the COPYUID code (RFC 9051 6.4.7, 6.4.8; RFC 4315)."""

from typing import NamedTuple

from mailproof_server.model.ids import FolderId
from mailproof_server.model.permission import Right
from mailproof_server.protocols.imap.opening import open_named
from mailproof_server.protocols.imap.session import Session
from mailproof_server.store.base import Placement, Transfer
from mailproof_server.wire.imap.format import format_paired_sets


class Target(NamedTuple):
    """Where messages go.

    `tells_uids`: RFC 4315 3, where "the client can COPY or APPEND to the mailbox, but not SELECT or EXAMINE it, the
    server SHOULD NOT send an APPENDUID or COPYUID response code as it would disclose information about the mailbox".
    """

    folder_id: FolderId
    tells_uids: bool


async def target_folder(session: Session, name: str) -> Target:
    """The folder messages go to. Raises FolderNotFound, whose `can_create` becomes TRYCREATE, and PermissionDenied.

    RFC 4314 4: "the server MUST check if the user has "i" right for the target mailbox"; no other is needed.
    """
    view = await open_named(session, name, Right.CREATE)
    return Target(view.folder.id, Right.READ_ANY in view.rights)


def note_arrival(session: Session, placement: Placement) -> None:
    """Remember that the session itself stored these messages."""
    if session.selected is not None and session.selected.folder_id == placement.folder_id:
        session.selected.own.add(placement.modseq)
    elif session.notifier is not None:
        session.own.messages.add((placement.folder_id, placement.modseq))


def copyuid(transfer: Transfer) -> bytes | None:
    """The response code without brackets; None when nothing was copied: then "no COPYUID" is sent."""
    if not transfer.source_uids:
        return None
    source, target = format_paired_sets(zip(transfer.source_uids, transfer.placement.uids, strict=True))
    return b"COPYUID %d %b %b" % (transfer.placement.uid_validity, source, target)
