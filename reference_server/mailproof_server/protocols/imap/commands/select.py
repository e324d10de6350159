"""SELECT (RFC 9051 6.3.2)."""

from mailproof_server.protocols.imap.command import SIGNED_IN, Reply, command
from mailproof_server.protocols.imap.selecting import select as open_folder
from mailproof_server.protocols.imap.session import Session
from mailproof_server.wire.imap.stream import CommandLine


@command(b"SELECT", SIGNED_IN, extra=(b"QRESYNC",))
async def select(session: Session, line: CommandLine) -> Reply:
    return await open_folder(session, line, read_only=False)
