r"""EXAMINE (RFC 9051 6.3.3): SELECT, but nothing changes by it, "including per-user state" and \Recent."""

from mailproof_server.protocols.imap.command import SIGNED_IN, Reply, command
from mailproof_server.protocols.imap.selecting import select as open_folder
from mailproof_server.protocols.imap.session import Session
from mailproof_server.wire.imap.stream import CommandLine


@command(b"EXAMINE", SIGNED_IN)
async def examine(session: Session, line: CommandLine) -> Reply:
    return await open_folder(session, line, read_only=True)
