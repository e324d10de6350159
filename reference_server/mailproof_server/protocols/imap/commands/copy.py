"""COPY and UID COPY (RFC 9051 6.4.7): all or nothing, with flags, keywords and internal dates."""

from mailproof_server.model.errors import Refusal
from mailproof_server.protocols.imap.command import Reply, State, command, ok
from mailproof_server.protocols.imap.errors import target_reply
from mailproof_server.protocols.imap.numbering import ranges_of
from mailproof_server.protocols.imap.session import Session
from mailproof_server.protocols.imap.sets import is_uid, targets
from mailproof_server.protocols.imap.transferring import copyuid, note_arrival, target_folder
from mailproof_server.wire.imap.store import parse_copy
from mailproof_server.wire.imap.stream import CommandLine


@command(b"COPY", State.SELECTED, uid=True)
async def copy(session: Session, line: CommandLine) -> Reply:
    args = parse_copy(session.parser(line))
    uids = targets(session, args.sequence, uid=is_uid(line))
    try:
        target = await target_folder(session, args.mailbox)
        if not uids:
            return ok(b"COPY completed, there was nothing to copy")
        transfer = await session.services.messages.copy(
            session.signed_in, session.open_folder.folder_id, ranges_of(uids), target.folder_id
        )
    except Refusal as refusal:
        return target_reply(refusal)
    note_arrival(session, transfer.placement)
    return ok(b"COPY completed", copyuid(transfer) if target.tells_uids else None)
