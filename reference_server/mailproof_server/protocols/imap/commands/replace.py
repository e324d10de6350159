"""REPLACE and UID REPLACE (RFC 8508): store the new message and expunge the old one, in one step."""

from mailproof_server.model.errors import Invalid, NotFound, Refusal
from mailproof_server.model.ids import FolderUid, SequenceNumber
from mailproof_server.protocols.imap.command import Reply, State, bad, command, no, ok
from mailproof_server.protocols.imap.errors import target_reply
from mailproof_server.protocols.imap.session import Session
from mailproof_server.protocols.imap.sets import is_uid
from mailproof_server.protocols.imap.storing import EIGHT_BIT_HEADER, appenduid, has_forbidden_header, incoming
from mailproof_server.protocols.imap.transferring import note_arrival, target_folder
from mailproof_server.protocols.imap.updates import highest_modseq_code, report, report_own_expunge
from mailproof_server.wire.imap.append import append_head, parse_replace
from mailproof_server.wire.imap.errors import WireError
from mailproof_server.wire.imap.sequence import STAR
from mailproof_server.wire.imap.stream import CommandLine, Continuation


async def gate(session: Session, announced: Continuation) -> None:
    """Refuse before the message is sent."""
    head = append_head(announced, utf8=session.utf8)
    if session.open_folder.read_only:
        raise Invalid("The folder is open read-only")
    _target_uid(session, head.target or 0, uid=announced.name.startswith(b"UID "))
    # Room is asked for when the old message is known to go: a full account may replace what it has.
    await target_folder(session, head.mailbox)
    if not announced.size_bytes:
        raise Invalid("REPLACE cancelled by an empty message")


@command(b"REPLACE", State.SELECTED, capability=b"REPLACE", uid=True, gate=gate)
async def replace(session: Session, line: CommandLine) -> Reply:
    args = parse_replace(session.parser(line))
    selected = session.open_folder
    if args.message.utf8 and b"UTF8=ACCEPT" not in session.enabled:
        return bad(b"UTF8 needs ENABLE UTF8=ACCEPT")
    if has_forbidden_header(session, args.message):
        return no(EIGHT_BIT_HEADER, b"CANNOT")
    uid = _target_uid(session, args.target, uid=is_uid(line))
    try:
        target = await target_folder(session, args.mailbox)
        placement = await session.services.messages.replace(
            session.signed_in, selected.folder_id, uid, target.folder_id, incoming(args.message)
        )
    except Refusal as refusal:
        return target_reply(refusal)
    # "the server MUST send … APPENDUID … in an untagged OK before" EXPUNGE or VANISHED (RFC 8508 4.3)
    if target.tells_uids:
        session.write(b"* OK [%b] Replacement stored\r\n" % appenduid(placement))
    note_arrival(session, placement)
    report_own_expunge(session, [uid])
    await report(session, expunges=True)
    return ok(b"REPLACE completed", highest_modseq_code(session))


def _target_uid(session: Session, target: int, *, uid: bool) -> FolderUid:
    """The one message to replace: "it is an error if it does not exist" (RFC 8508 3.1)."""
    numbering = session.open_folder.numbering
    if target == STAR and len(numbering):
        return numbering.last_uid
    if not uid:
        try:
            return numbering.uid(SequenceNumber(target))
        except IndexError:
            raise WireError("No such message number") from None
    if numbering.number(FolderUid(target)) is None:
        raise NotFound("No such message")
    return FolderUid(target)
