"""RENAME (RFC 9051 6.3.6): uids stay; renaming INBOX moves its messages and leaves it empty."""

from mailproof_server.model.permission import Right
from mailproof_server.protocols.imap.command import SIGNED_IN, Reply, command, ok
from mailproof_server.protocols.imap.names import resolve
from mailproof_server.protocols.imap.opening import open_named
from mailproof_server.protocols.imap.session import Session
from mailproof_server.wire.imap.folders import parse_rename
from mailproof_server.wire.imap.stream import CommandLine


@command(b"RENAME", SIGNED_IN)
async def rename(session: Session, line: CommandLine) -> Reply:
    args = parse_rename(session.parser(line))
    source = (await open_named(session, args.source, Right.DELETE_FOLDER)).folder
    target = await resolve(session.signed_in, session.services.folders, args.destination)
    session.note_own("name", args.source, args.destination)
    await session.services.folders.rename(session.signed_in, source.account_id, source.path, target.owner, target.path)
    return ok(b"RENAME completed")
