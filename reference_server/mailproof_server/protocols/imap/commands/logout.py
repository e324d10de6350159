"""LOGOUT (RFC 9051 6.1.3): "The server MUST send a BYE untagged response before the (tagged) OK response"."""

from mailproof_server.protocols.imap.command import ANY, Reply, command, ok
from mailproof_server.protocols.imap.session import Session
from mailproof_server.wire.imap.parse import parse_nothing
from mailproof_server.wire.imap.stream import CommandLine


@command(b"LOGOUT", ANY)
async def logout(session: Session, line: CommandLine) -> Reply:
    parse_nothing(session.parser(line))
    session.say_bye(b"Logging out")
    return ok(b"LOGOUT completed")
