"""EXPN (RFC 5321 §3.5.2): known, and left out: who is in a group is not told. So EHLO does not announce it."""

from mailproof_server.protocols.smtp.command import command
from mailproof_server.protocols.smtp.session import Session
from mailproof_server.wire.smtp import replies
from mailproof_server.wire.smtp.command import Command as CommandLine
from mailproof_server.wire.smtp.reply import Reply


@command(b"EXPN")
async def expn(_session: Session, _line: CommandLine) -> Reply:
    return replies.NOT_IMPLEMENTED
