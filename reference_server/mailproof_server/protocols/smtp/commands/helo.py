"""HELO (RFC 5321 §4.1.1.1): the greeting of clients that know no extensions, so not AUTH either."""

from mailproof_server.protocols.smtp.command import command
from mailproof_server.protocols.smtp.hello import greet
from mailproof_server.protocols.smtp.session import Session
from mailproof_server.wire.smtp.command import Command as CommandLine
from mailproof_server.wire.smtp.reply import Reply


@command(b"HELO")
async def helo(session: Session, line: CommandLine) -> Reply:
    greet(session, line.argument, extended=False)
    return Reply(250, "", session.server.name)
