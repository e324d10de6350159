"""EHLO (RFC 5321 §4.1.1.1; PIPELINING RFC 2920, ENHANCEDSTATUSCODES RFC 2034)."""

from mailproof_server.protocols.smtp.command import command
from mailproof_server.protocols.smtp.hello import greet
from mailproof_server.protocols.smtp.session import Session
from mailproof_server.wire.smtp.command import Command as CommandLine
from mailproof_server.wire.smtp.reply import Reply


@command(b"EHLO", keywords=lambda _server: ("PIPELINING", "ENHANCEDSTATUSCODES"))
async def ehlo(session: Session, line: CommandLine) -> Reply:
    greet(session, line.argument, extended=True)
    return Reply(250, "", "\n".join((session.server.name, *session.server.keywords)))
