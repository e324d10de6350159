"""APPEND, MULTIAPPEND and APPEND UTF8 (RFC 9051 6.3.12, RFC 3502, RFC 6855 4): all messages or none.

"A zero-length message literal argument is an error, and MUST return a NO. This can be used to cancel the append."
"""

from mailproof_server.model.errors import Invalid, Refusal, TooMany
from mailproof_server.protocols.imap.command import SIGNED_IN, Reply, bad, command, no, ok
from mailproof_server.protocols.imap.errors import target_reply
from mailproof_server.protocols.imap.session import Session
from mailproof_server.protocols.imap.storing import EIGHT_BIT_HEADER, appenduid, has_forbidden_header, incoming
from mailproof_server.protocols.imap.transferring import note_arrival, target_folder
from mailproof_server.wire.imap.append import append_head, parse_append
from mailproof_server.wire.imap.stream import CommandLine, Continuation


async def gate(session: Session, announced: Continuation) -> None:
    """Refuse before the message is sent: no such folder, no right, too large, over quota."""
    head = append_head(announced, utf8=session.utf8)
    if not announced.size_bytes:
        raise Invalid("APPEND cancelled by an empty message")
    if len(head.earlier_sizes_bytes) >= session.server.limits.append_messages:
        raise TooMany("Too many messages in one APPEND")
    target = await target_folder(session, head.mailbox)
    await session.services.messages.can_append(session.signed_in, target.folder_id, announced.size_bytes)


@command(b"APPEND", SIGNED_IN, extra=(b"MULTIAPPEND", b"APPENDLIMIT"), gate=gate)
async def append(session: Session, line: CommandLine) -> Reply:
    args = parse_append(session.parser(line))
    if any(message.utf8 for message in args.messages) and b"UTF8=ACCEPT" not in session.enabled:
        return bad(b"APPEND UTF8 needs ENABLE UTF8=ACCEPT")
    if any(has_forbidden_header(session, message) for message in args.messages):
        return no(EIGHT_BIT_HEADER, b"CANNOT")
    try:
        target = await target_folder(session, args.mailbox)
        placement = await session.services.messages.append(
            session.signed_in, target.folder_id, [incoming(message) for message in args.messages]
        )
    except Refusal as refusal:
        return target_reply(refusal)
    note_arrival(session, placement)
    return ok(b"APPEND completed", appenduid(placement) if target.tells_uids else None)
