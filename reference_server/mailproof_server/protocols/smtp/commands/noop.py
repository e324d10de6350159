"""NOOP (RFC 5321 §4.1.1.9): "If a parameter string is specified, servers SHOULD ignore it"."""

from mailproof_server.protocols.smtp.command import command
from mailproof_server.protocols.smtp.session import Session
from mailproof_server.wire.smtp import replies
from mailproof_server.wire.smtp.command import Command as CommandLine
from mailproof_server.wire.smtp.reply import Reply


@command(b"NOOP")
async def noop(_session: Session, _line: CommandLine) -> Reply:
    return replies.NOOP_DONE
