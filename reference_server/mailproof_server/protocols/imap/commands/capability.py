"""CAPABILITY (RFC 9051 6.1.1)."""

from mailproof_server.protocols.imap.command import ANY, Reply, command, ok
from mailproof_server.protocols.imap.session import Session
from mailproof_server.wire.imap.parse import parse_nothing
from mailproof_server.wire.imap.stream import CommandLine


@command(b"CAPABILITY", ANY)
async def capability(session: Session, line: CommandLine) -> Reply:
    parse_nothing(session.parser(line))
    session.write(b"* CAPABILITY %b\r\n" % session.capability_list)
    return ok(b"CAPABILITY completed")
