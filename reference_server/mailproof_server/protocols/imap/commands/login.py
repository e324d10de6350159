"""LOGIN (RFC 9051 6.2.3). TLS is always on, so LOGINDISABLED never applies."""

from mailproof_server.protocols.imap.command import Reply, State, command
from mailproof_server.protocols.imap.session import Session
from mailproof_server.protocols.imap.sign_in import sign_in
from mailproof_server.wire.imap.stream import CommandLine


@command(b"LOGIN", State.NOT_AUTHENTICATED)
async def login(session: Session, line: CommandLine) -> Reply:
    parser = session.parser(line)
    parser.sp()
    user = parser.astring()
    parser.sp()
    password = parser.astring()
    parser.end()
    return await sign_in(session, user, password, b"LOGIN completed")
