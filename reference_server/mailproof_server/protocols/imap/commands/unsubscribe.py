"""UNSUBSCRIBE (RFC 9051 6.3.8): takes a name off the list, also that of a folder that is gone."""

from mailproof_server.protocols.imap.command import SIGNED_IN, Reply, command, ok
from mailproof_server.protocols.imap.names import resolve
from mailproof_server.protocols.imap.session import Session
from mailproof_server.wire.imap.folders import parse_mailbox
from mailproof_server.wire.imap.stream import CommandLine


@command(b"UNSUBSCRIBE", SIGNED_IN)
async def unsubscribe(session: Session, line: CommandLine) -> Reply:
    folders = session.services.folders
    name = parse_mailbox(session.parser(line))
    where = await resolve(session.signed_in, folders, name)
    session.note_own("subscription", name)
    await folders.subscribe(session.signed_in, where.owner, where.path, subscribed=False)
    return ok(b"UNSUBSCRIBE completed")
