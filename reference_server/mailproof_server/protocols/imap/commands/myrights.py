"""MYRIGHTS (RFC 4314 3.5). Any of the rights l r i k x a suffices to ask (RFC 4314 4)."""

from mailproof_server.model.errors import FolderNotFound
from mailproof_server.model.permission import Right
from mailproof_server.protocols.imap.command import SIGNED_IN, Reply, command, ok
from mailproof_server.protocols.imap.opening import open_named
from mailproof_server.protocols.imap.rights import NONE, letters_of
from mailproof_server.protocols.imap.session import Session
from mailproof_server.wire.imap.folders import parse_mailbox
from mailproof_server.wire.imap.format import mailbox
from mailproof_server.wire.imap.stream import CommandLine

SUFFICIENT = (
    Right.FOLDER_VISIBLE
    | Right.READ_ANY
    | Right.CREATE
    | Right.CREATE_SUBFOLDER
    | Right.DELETE_FOLDER
    | Right.ADMINISTER
)


@command(b"MYRIGHTS", SIGNED_IN, capability=b"ACL")
async def myrights(session: Session, line: CommandLine) -> Reply:
    name = parse_mailbox(session.parser(line))
    view = await open_named(session, name, NONE)
    if not view.rights & SUFFICIENT:
        # RFC 4314 6: in the very words for a folder that is not there, which name it without whose it is
        raise FolderNotFound(f"No such folder: {view.folder.path}")
    session.write(b"* MYRIGHTS %b %b\r\n" % (mailbox(name, utf8=session.utf8), letters_of(view.rights)))
    return ok(b"MYRIGHTS completed")
