"""CLOSE (RFC 9051 6.4.1): expunges silently, unless the folder is open read-only, and leaves it."""

from mailproof_server.model.errors import FolderNotFound, PermissionDenied
from mailproof_server.protocols.imap.command import Reply, State, command, ok
from mailproof_server.protocols.imap.session import Session
from mailproof_server.wire.imap.parse import parse_nothing
from mailproof_server.wire.imap.stream import CommandLine


@command(b"CLOSE", State.SELECTED)
async def close(session: Session, line: CommandLine) -> Reply:
    parse_nothing(session.parser(line))
    selected = session.open_folder
    session.deselect()
    if not selected.read_only:
        try:
            await session.services.messages.expunge(session.signed_in, selected.folder_id)
        except (PermissionDenied, FolderNotFound):
            # RFC 4314 4: without the "e" right "the server MUST ignore the expunge request, close the mailbox, and
            # return the tagged OK response". RFC 7162 3.2.8: HIGHESTMODSEQ must not be sent here in any case.
            return ok(b"CLOSE completed, nothing was expunged")
    return ok(b"CLOSE completed")
