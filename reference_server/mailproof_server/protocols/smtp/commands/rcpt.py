"""RCPT (RFC 5321 §4.1.1.3; DSN RFC 3461)."""

from mailproof_server.model.envelope import EnvelopeRecipient
from mailproof_server.protocols.smtp.command import command
from mailproof_server.protocols.smtp.errors import Situation
from mailproof_server.protocols.smtp.session import Session
from mailproof_server.wire.smtp import replies
from mailproof_server.wire.smtp.command import Command as CommandLine
from mailproof_server.wire.smtp.parameters import parse_rcpt
from mailproof_server.wire.smtp.reply import Reply


@command(b"RCPT", needs_login=True, keywords=lambda _server: ("DSN",), situation=Situation.RECIPIENT)
async def rcpt(session: Session, line: CommandLine) -> Reply:
    transaction = session.transaction
    if transaction is None:
        return replies.MAIL_FIRST
    if transaction.chunks is not None:
        return replies.BAD_SEQUENCE
    # Counted as refused until it is known to be good: whatever is raised below leaves it so.
    transaction.refused_count += 1
    wanted = parse_rcpt(line.argument, smtp_utf8=transaction.mail.smtp_utf8)
    if len(transaction.recipients) >= session.services.limits.recipients:
        return replies.TOO_MANY_RECIPIENTS
    await session.services.submission.check_recipient(
        session.signed_in, wanted.path.address, transaction.mail.size or 0
    )
    transaction.refused_count -= 1
    transaction.recipients.append(EnvelopeRecipient(wanted.path.address, wanted.notify, wanted.original))
    return replies.RECIPIENT_OK
