"""LOGIN (RFC 9051 6.2.3). TLS is always on, so LOGINDISABLED never applies."""

from mailproof_server.model.errors import NotAuthenticated
from mailproof_server.protocols.imap.command import Reply, State, command
from mailproof_server.protocols.imap.session import Session
from mailproof_server.protocols.imap.sign_in import sign_in
from mailproof_server.wire.imap.session import parse_login
from mailproof_server.wire.imap.stream import CommandLine


@command(b"LOGIN", State.NOT_AUTHENTICATED)
async def login(session: Session, line: CommandLine) -> Reply:
    args = parse_login(session.parser(line))
    try:
        user, password = args.username.decode("utf-8"), args.password.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotAuthenticated from error
    return await sign_in(session, user, password, b"LOGIN completed")
