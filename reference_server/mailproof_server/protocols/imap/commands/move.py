"""MOVE and UID MOVE (RFC 6851, RFC 9051 6.4.8): COPYUID first, then EXPUNGE or VANISHED, then the completion."""

from mailproof_server.model.errors import Refusal
from mailproof_server.protocols.imap.command import Reply, State, command, no, ok
from mailproof_server.protocols.imap.errors import target_reply
from mailproof_server.protocols.imap.numbering import ranges_of
from mailproof_server.protocols.imap.session import Session
from mailproof_server.protocols.imap.sets import is_uid, targets
from mailproof_server.protocols.imap.transferring import copyuid, note_arrival, target_folder
from mailproof_server.protocols.imap.updates import highest_modseq_code, report, report_own_expunge
from mailproof_server.wire.imap.store import parse_copy
from mailproof_server.wire.imap.stream import CommandLine


@command(b"MOVE", State.SELECTED, capability=b"MOVE", uid=True)
async def move(session: Session, line: CommandLine) -> Reply:
    args = parse_copy(session.parser(line))
    selected = session.open_folder
    uids = targets(session, args.sequence, uid=is_uid(line))
    if selected.read_only:
        return no(b"The folder is open read-only", b"CANNOT")
    try:
        target = await target_folder(session, args.mailbox)
        if not uids:
            return ok(b"MOVE completed, there was nothing to move")
        transfer = await session.services.messages.move(
            session.signed_in, selected.folder_id, ranges_of(uids), target.folder_id
        )
    except Refusal as refusal:
        return target_reply(refusal)
    note_arrival(session, transfer.placement)
    code = copyuid(transfer)
    if code is None:
        return ok(b"MOVE completed, the messages were gone already")
    if target.tells_uids:
        session.write(b"* OK [%b] Moved\r\n" % code)
    report_own_expunge(session, transfer.source_uids)
    await report(session, expunges=True)
    return ok(b"MOVE completed", highest_modseq_code(session))
