"""VRFY (RFC 5321 §3.5.3, §7.3): 252 for everybody, so that nobody can find out addresses by it."""

from mailproof_server.protocols.smtp.command import command
from mailproof_server.protocols.smtp.session import Session
from mailproof_server.wire.smtp import replies
from mailproof_server.wire.smtp.command import Command as CommandLine
from mailproof_server.wire.smtp.reply import Reply


@command(b"VRFY")
async def vrfy(session: Session, line: CommandLine) -> Reply:
    # §4.1.4: before EHLO as well, VRFY is to be processed "normally (that is, not return a 503 code)".
    if session.principal is None:
        return replies.AUTH_REQUIRED
    return replies.CANNOT_VERIFY if line.argument else replies.ARGUMENT_NEEDED
