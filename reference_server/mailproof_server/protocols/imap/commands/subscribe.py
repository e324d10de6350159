"""SUBSCRIBE (RFC 9051 6.3.7): adds a name to the list that LSUB and LIST (SUBSCRIBED) show."""

from mailproof_server.protocols.imap.command import SIGNED_IN, Reply, command, ok
from mailproof_server.protocols.imap.names import resolve
from mailproof_server.protocols.imap.session import Session
from mailproof_server.wire.imap.folders import parse_mailbox
from mailproof_server.wire.imap.stream import CommandLine


@command(b"SUBSCRIBE", SIGNED_IN)
async def subscribe(session: Session, line: CommandLine) -> Reply:
    folders = session.services.folders
    name = parse_mailbox(session.parser(line))
    where = await resolve(session.signed_in, folders, name)
    session.note_own("subscription", name)
    await folders.subscribe(session.signed_in, where.owner, where.path, subscribed=True)
    return ok(b"SUBSCRIBE completed")
