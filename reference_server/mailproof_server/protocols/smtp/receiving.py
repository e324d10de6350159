"""Message text in, by DATA or BDAT, and its hand-over to the submission service (RFC 5321 §4.1.1.4, RFC 3030)."""

import secrets

import structlog

from mailproof_server.model.envelope import SmtpEnvelope
from mailproof_server.net.stream import ReadTimeout
from mailproof_server.protocols.smtp.session import Session
from mailproof_server.protocols.smtp.trace import received_field
from mailproof_server.protocols.smtp.transaction import Incoming, Spool, Transaction
from mailproof_server.services.submission import QUEUE_ID
from mailproof_server.wire.smtp import replies
from mailproof_server.wire.smtp.content import ContentCheck
from mailproof_server.wire.smtp.data import DataDecoder
from mailproof_server.wire.smtp.errors import WireError
from mailproof_server.wire.smtp.reply import Reply

log = structlog.get_logger()


def new_spool(session: Session) -> Spool:
    """Room for one message."""
    return Spool(memory_bytes=session.limits.spool_bytes, most_bytes=session.services.limits.message_bytes)


def new_incoming(session: Session) -> Incoming:
    """A message by chunks."""
    return Incoming(new_spool(session), ContentCheck(session.limits.text_line_bytes))


async def read_data(session: Session) -> Incoming:
    """Everything up to CRLF.CRLF. Raises WireError when the connection must end instead, and what `read` raises."""
    decoder = DataDecoder(session.limits.text_line_bytes)
    incoming = Incoming(new_spool(session), decoder.check)
    session.is_reading_content = True
    chunk = session.reader.take()
    while True:
        if chunk:
            incoming.spool.add(decoder.feed(chunk))
        if decoder.ended:
            break
        _stop_endless(session, incoming)
        chunk = await _next_data(session, decoder)
    if decoder.ambiguous:
        # Peer and server may not agree about where the message ended: what follows may be meant as a part of it.
        raise WireError(replies.BAD_LINES, fatal=True)
    session.is_reading_content = False
    session.reader.give_back(decoder.rest)
    return incoming


async def _next_data(session: Session, decoder: DataDecoder) -> bytes:
    if not decoder.ambiguous:
        return await session.read(session.limits.data_timeout_s)
    try:
        return await session.read(session.limits.ambiguous_end_wait_s)
    except ReadTimeout:
        # The peer waits for a reply to what it takes for the end of its message. It was none.
        raise WireError(replies.BAD_LINES, fatal=True) from None


async def read_chunk(session: Session, size: int, incoming: Incoming | None) -> None:
    """So many octets into `incoming`, or past it. Raises WireError when they are too many, and what `read` raises."""
    if size > session.services.limits.message_bytes + session.limits.discard_bytes:
        raise WireError(replies.TOO_BIG, fatal=True)
    session.is_reading_content = True
    left = size
    while left:
        part = session.reader.take(left)
        if not part:
            session.reader.feed(await session.read(session.limits.data_timeout_s))
            continue
        left -= len(part)
        if incoming is not None:
            incoming.spool.add(part)
            incoming.check.update(part)
            _stop_endless(session, incoming)
    session.is_reading_content = False


def _stop_endless(session: Session, incoming: Incoming) -> None:
    if incoming.spool.size > session.services.limits.message_bytes + session.limits.discard_bytes:
        raise WireError(replies.TOO_BIG, fatal=True)


async def submit(session: Session, transaction: Transaction, incoming: Incoming) -> Reply:
    """Hand a whole message over; the reply is made after it is committed. Raises Refusal."""
    fault = incoming.fault()
    if fault is not None:
        return fault
    if session.is_revoked:
        return replies.SESSION_ENDED
    queue_id = secrets.token_hex(8)
    envelope = SmtpEnvelope(
        sender=transaction.mail.path.address,
        recipients=tuple(transaction.recipients),
        return_full=transaction.mail.return_full,
        envelope_id=transaction.mail.envelope_id,
        smtp_utf8=transaction.mail.smtp_utf8,
        body_8bit=transaction.mail.body_8bit or incoming.check.has_8bit,
        received=received_field(
            hello=session.hello or "",
            peer=session.stream.peer,
            host=session.server.name,
            queue_id=queue_id,
            tls=session.stream.tls,
            smtp_utf8=transaction.mail.smtp_utf8,
            now=session.services.clock.now(),
        ),
        extras={QUEUE_ID: queue_id},
    )
    size = incoming.spool.size
    await session.services.submission.submit(session.signed_in, envelope, incoming.spool.take())
    log.info(
        "smtp_accepted",
        queue_id=queue_id,
        account=session.signed_in.address,
        recipients=len(envelope.recipients),
        size_bytes=size,
    )
    return Reply(250, "2.0.0", f"Queued as {queue_id}")
