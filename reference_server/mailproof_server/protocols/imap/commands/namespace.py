"""NAMESPACE (RFC 2342, RFC 9051 6.3.10): one's own folders, and those of other users."""

from mailproof_server.protocols.imap.command import SIGNED_IN, Reply, command, ok
from mailproof_server.protocols.imap.names import OTHER_USERS
from mailproof_server.protocols.imap.session import Session
from mailproof_server.wire.imap.parse import parse_nothing
from mailproof_server.wire.imap.stream import CommandLine

RESPONSE = b'* NAMESPACE (("" "/")) (("%b/" "/")) NIL\r\n' % OTHER_USERS.encode("ascii")


@command(b"NAMESPACE", SIGNED_IN, capability=b"NAMESPACE")
async def namespace(session: Session, line: CommandLine) -> Reply:
    parse_nothing(session.parser(line))
    session.write(RESPONSE)
    return ok(b"NAMESPACE completed")
