"""QUIT (RFC 5321 §4.1.1.10)."""

from mailproof_server.protocols.smtp.command import command
from mailproof_server.protocols.smtp.session import Session
from mailproof_server.wire.smtp import replies
from mailproof_server.wire.smtp.command import Command as CommandLine
from mailproof_server.wire.smtp.reply import Reply


@command(b"QUIT")
async def quit_(session: Session, line: CommandLine) -> Reply:
    line.require_no_argument()
    session.finished = True
    return replies.QUIT_DONE
