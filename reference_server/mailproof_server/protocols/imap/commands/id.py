"""ID (RFC 2971): in any state, for problem reports only; "MUST NOT be used to deny access"."""

from mailproof_server.protocols.imap.command import ANY, Reply, command, ok
from mailproof_server.protocols.imap.session import Session
from mailproof_server.wire.imap.format import quote
from mailproof_server.wire.imap.session import parse_id
from mailproof_server.wire.imap.stream import CommandLine


@command(b"ID", ANY, capability=b"ID")
async def identify(session: Session, line: CommandLine) -> Reply:
    parse_id(session.parser(line))
    version = quote(session.server.version.encode("ascii"))
    session.write(b'* ID ("name" "mailproof" "version" %b)\r\n' % version)
    return ok(b"ID completed")
