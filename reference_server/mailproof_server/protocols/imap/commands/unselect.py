"""UNSELECT (RFC 3691, RFC 9051 6.4.2): leaves the folder and expunges nothing."""

from mailproof_server.protocols.imap.command import Reply, State, command, ok
from mailproof_server.protocols.imap.session import Session
from mailproof_server.wire.imap.parse import parse_nothing
from mailproof_server.wire.imap.stream import CommandLine


@command(b"UNSELECT", State.SELECTED, capability=b"UNSELECT")
async def unselect(session: Session, line: CommandLine) -> Reply:
    parse_nothing(session.parser(line))
    session.deselect()
    return ok(b"UNSELECT completed")
