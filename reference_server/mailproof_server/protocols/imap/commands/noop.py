"""NOOP (RFC 9051 6.1.2): what changed is reported before every completion, so nothing is left to do here."""

from mailproof_server.protocols.imap.command import ANY, Reply, command, ok
from mailproof_server.protocols.imap.session import Session
from mailproof_server.wire.imap.parse import parse_nothing
from mailproof_server.wire.imap.stream import CommandLine


@command(b"NOOP", ANY)
async def noop(session: Session, line: CommandLine) -> Reply:
    parse_nothing(session.parser(line))
    return ok(b"NOOP completed")
