"""DATA (RFC 5321 §4.1.1.4): message text up to exactly CRLF.CRLF; 250 only after it is committed."""

from mailproof_server.protocols.smtp.command import command
from mailproof_server.protocols.smtp.errors import Situation
from mailproof_server.protocols.smtp.receiving import read_data, submit
from mailproof_server.protocols.smtp.session import Session
from mailproof_server.wire.smtp import replies
from mailproof_server.wire.smtp.command import Command as CommandLine
from mailproof_server.wire.smtp.reply import Reply


@command(b"DATA", needs_login=True, situation=Situation.MESSAGE)
async def data(session: Session, line: CommandLine) -> Reply:
    refusal = _why_not(session, line)
    transaction = session.transaction
    if refusal is not None or transaction is None:
        # RFC 2920 §3.1: DATA "can only appear as the last command in a group". Octets behind it are message text that
        # did not wait for 354; read as commands they would act for whoever wrote the message.
        session.finished = session.finished or session.reader.has_octets
        return refusal or replies.MAIL_FIRST
    session.stream.write(replies.START_MAIL.encoded)
    try:
        incoming = await read_data(session)
        return await submit(session, transaction, incoming)
    finally:
        session.reset()


def _why_not(session: Session, line: CommandLine) -> Reply | None:
    if line.argument:
        return replies.NO_ARGUMENT_ALLOWED
    if session.transaction is None:
        return replies.MAIL_FIRST
    if session.transaction.chunks is not None:
        return replies.NO_MIXING
    return session.transaction.why_no_content()
