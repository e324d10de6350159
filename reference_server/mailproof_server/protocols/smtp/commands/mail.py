"""MAIL (RFC 5321 §4.1.1.2; SIZE RFC 1870, 8BITMIME RFC 6152, SMTPUTF8 RFC 6531, LIMITS RFC 9422)."""

from collections.abc import Iterable

from mailproof_server.protocols.smtp.command import command
from mailproof_server.protocols.smtp.errors import Situation
from mailproof_server.protocols.smtp.session import Session, SmtpServer
from mailproof_server.protocols.smtp.transaction import Transaction
from mailproof_server.wire.smtp import replies
from mailproof_server.wire.smtp.command import Command as CommandLine
from mailproof_server.wire.smtp.parameters import parse_mail
from mailproof_server.wire.smtp.reply import Reply


def _keywords(server: SmtpServer) -> Iterable[str]:
    services = server.services.limits
    return (
        f"SIZE {services.message_bytes}",
        "8BITMIME",
        "SMTPUTF8",
        f"LIMITS RCPTMAX={services.recipients} MAILMAX={server.limits.transactions}",
    )


@command(b"MAIL", needs_login=True, keywords=_keywords, situation=Situation.SENDER)
async def mail(session: Session, line: CommandLine) -> Reply:
    if session.transaction is not None:
        return replies.NESTED_MAIL
    if session.transaction_count >= session.limits.transactions:
        return replies.NO_MORE_MAIL
    wanted = parse_mail(line.argument)
    if wanted.size is not None and wanted.size > session.services.limits.message_bytes:
        return replies.TOO_BIG
    await session.services.submission.check_sender(session.signed_in, wanted.path.address)
    session.transaction = Transaction(wanted)
    session.transaction_count += 1
    return replies.SENDER_OK
