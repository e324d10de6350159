"""The values of STATUS (RFC 9051 6.3.11, RFC 7162, RFC 7889, RFC 8474, RFC 9208)."""

from collections.abc import Sequence

from mailproof_server.model.errors import PermissionDenied
from mailproof_server.model.folder import Folder
from mailproof_server.model.ids import FolderUid
from mailproof_server.model.object_ids import folder_object_id
from mailproof_server.model.permission import Right
from mailproof_server.model.query import UidIn
from mailproof_server.protocols.imap.session import Session
from mailproof_server.services.folders import FolderView
from mailproof_server.wire.imap.format import status_line

STORAGE_UNIT_BYTES = 1024


async def status_response(session: Session, view: FolderView, name: str, items: Sequence[bytes]) -> bytes:
    """The STATUS line. Raises PermissionDenied without READ_ANY (RFC 4314 4: STATUS needs "r")."""
    if Right.READ_ANY not in view.rights:
        raise PermissionDenied
    folder = view.folder
    values: list[tuple[bytes, bytes]] = []
    for item in items:
        if item == b"RECENT":
            values.append((item, b"%d" % await _recent(session, folder)))
        elif item == b"MAILBOXID":
            values.append((item, b"(%b)" % folder_object_id(folder.id).encode("ascii")))
        else:
            values.append((item, b"%d" % _number(session, folder, item)))
    return status_line(name, values, utf8=session.utf8)


def _number(session: Session, folder: Folder, item: bytes) -> int:
    if item == b"APPENDLIMIT":
        return session.services.limits.message_bytes
    return {
        b"MESSAGES": folder.total,
        b"UIDNEXT": folder.uid_next,
        b"UIDVALIDITY": folder.uid_validity,
        b"UNSEEN": folder.unread,
        b"DELETED": folder.deleted,
        b"SIZE": folder.size_bytes,
        b"HIGHESTMODSEQ": folder.modseq,
        b"DELETED-STORAGE": -(-folder.deleted_size_bytes // STORAGE_UNIT_BYTES),
    }[item]


async def _recent(session: Session, folder: Folder) -> int:
    """Of the session's own folder what it was told; else what the next SELECT would be told."""
    if session.selected is not None and session.selected.folder_id == folder.id:
        return len(session.selected.recent)
    if folder.recent_from >= folder.uid_next:
        return 0
    newest = UidIn(((folder.recent_from, FolderUid(folder.uid_next - 1)),))
    return len(await session.services.messages.search(session.signed_in, folder.id, newest))
