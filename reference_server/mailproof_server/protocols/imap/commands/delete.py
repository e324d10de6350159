"""DELETE (RFC 9051 6.3.5): final, as IMAP has it; with subfolders the name stays as a container."""

from mailproof_server.model.permission import Right
from mailproof_server.protocols.imap.command import SIGNED_IN, Reply, command, ok
from mailproof_server.protocols.imap.opening import open_named
from mailproof_server.protocols.imap.session import Session
from mailproof_server.wire.imap.folders import parse_mailbox
from mailproof_server.wire.imap.stream import CommandLine


@command(b"DELETE", SIGNED_IN)
async def delete(session: Session, line: CommandLine) -> Reply:
    name = parse_mailbox(session.parser(line))
    folder = (await open_named(session, name, Right.DELETE_FOLDER)).folder
    session.note_own("name", name)
    await session.services.folders.remove(session.signed_in, folder.account_id, folder.path)
    if session.selected is not None and session.selected.folder_id == folder.id:
        session.deselect()
        session.write(b"* OK [CLOSED] The selected folder was deleted\r\n")
    return ok(b"DELETE completed")
