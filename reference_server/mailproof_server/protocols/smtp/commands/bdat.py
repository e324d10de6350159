"""BDAT (RFC 3030 §2): message text by counted chunks; the octets of a refused chunk are skipped, never obeyed."""

from mailproof_server.protocols.smtp.command import command
from mailproof_server.protocols.smtp.errors import Situation
from mailproof_server.protocols.smtp.receiving import new_incoming, read_chunk, submit
from mailproof_server.protocols.smtp.session import Session
from mailproof_server.wire.smtp import replies
from mailproof_server.wire.smtp.chunk import Chunk, parse_chunk
from mailproof_server.wire.smtp.command import Command as CommandLine
from mailproof_server.wire.smtp.reply import Reply


@command(b"BDAT", keywords=lambda _server: ("CHUNKING",), situation=Situation.MESSAGE)
async def bdat(session: Session, line: CommandLine) -> Reply:
    chunk = parse_chunk(line.argument)
    refusal = _why_not(session)
    if refusal is not None:
        await read_chunk(session, chunk.size, None)
        session.reset()
        return refusal
    is_going_on = False
    try:
        reply = await _take(session, chunk)
        is_going_on = reply.is_positive and not chunk.is_last
        return reply
    finally:
        # "If a 5XX code is sent by the SMTP server in response to a BDAT chunk the message should be considered
        # failed".
        if not is_going_on:
            session.reset()


def _why_not(session: Session) -> Reply | None:
    # Not left to the table: whatever is wrong, the chunk has to be skipped.
    if session.hello is None:
        return replies.HELLO_FIRST
    if session.principal is None:
        return replies.AUTH_REQUIRED
    if session.transaction is None:
        return replies.MAIL_FIRST
    return session.transaction.why_no_content()


async def _take(session: Session, chunk: Chunk) -> Reply:
    transaction = session.transaction
    if transaction is None:
        return replies.MAIL_FIRST
    if transaction.chunks is None:
        transaction.chunks = new_incoming(session)
    incoming = transaction.chunks
    await read_chunk(session, chunk.size, incoming)
    if chunk.is_last:
        incoming.check.finish()
        return await submit(session, transaction, incoming)
    return incoming.fault() or Reply(250, "2.0.0", f"{chunk.size} octets received")
