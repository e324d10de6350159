"""RSET (RFC 5321 §4.1.1.5): the transaction is forgotten, the login stays."""

from mailproof_server.protocols.smtp.command import command
from mailproof_server.protocols.smtp.session import Session
from mailproof_server.wire.smtp import replies
from mailproof_server.wire.smtp.command import Command as CommandLine
from mailproof_server.wire.smtp.reply import Reply


@command(b"RSET")
async def rset(session: Session, line: CommandLine) -> Reply:
    line.require_no_argument()
    session.reset()
    return replies.RESET_DONE
