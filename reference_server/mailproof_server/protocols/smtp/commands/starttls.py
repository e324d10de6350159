"""STARTTLS (RFC 3207): known, and refused. On this port TLS is on from the first octet (RFC 8314 §3)."""

from mailproof_server.protocols.smtp.command import command
from mailproof_server.protocols.smtp.session import Session
from mailproof_server.wire.smtp import replies
from mailproof_server.wire.smtp.command import Command as CommandLine
from mailproof_server.wire.smtp.reply import Reply


@command(b"STARTTLS")
async def starttls(_session: Session, _line: CommandLine) -> Reply:
    return replies.NOT_IMPLEMENTED
