"""A folder by the name that a command gives (RFC 9051 5.1)."""

from mailproof_server.model.errors import FolderNotFound
from mailproof_server.model.permission import Right
from mailproof_server.protocols.imap.names import is_shown, resolve
from mailproof_server.protocols.imap.session import Session
from mailproof_server.services.folders import FolderView


async def open_named(session: Session, name: str, needed: Right = Right.FOLDER_VISIBLE) -> FolderView:
    """Raises FolderNotFound also for what IMAP does not show; PermissionDenied when `needed` is missing."""
    folders = session.services.folders
    where = await resolve(session.signed_in, folders, name)
    view = await folders.open(session.signed_in, where.owner, where.path, needed)
    if not is_shown(view.folder):
        raise FolderNotFound
    return view
