"""CHECK (RFC 3501 6.4.1): a checkpoint; every change is durable before it is acknowledged, so it is a NOOP."""

from mailproof_server.protocols.imap.command import Reply, State, command, ok
from mailproof_server.protocols.imap.session import Session
from mailproof_server.wire.imap.parse import parse_nothing
from mailproof_server.wire.imap.stream import CommandLine


@command(b"CHECK", State.SELECTED)
async def check(session: Session, line: CommandLine) -> Reply:
    parse_nothing(session.parser(line))
    return ok(b"CHECK completed")
