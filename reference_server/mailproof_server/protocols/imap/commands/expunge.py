"""EXPUNGE and UID EXPUNGE (RFC 9051 6.4.3, 6.4.9): what went is reported before the completion, as for any change."""

from mailproof_server.model.ids import FolderUid
from mailproof_server.protocols.imap.command import Reply, State, command, no, ok
from mailproof_server.protocols.imap.numbering import ranges_of
from mailproof_server.protocols.imap.session import Session
from mailproof_server.protocols.imap.sets import is_uid, targets
from mailproof_server.protocols.imap.updates import highest_modseq_code, report, report_own_expunge
from mailproof_server.wire.imap.parse import parse_nothing
from mailproof_server.wire.imap.stream import CommandLine


@command(b"EXPUNGE", State.SELECTED, uid=True, extra=(b"UIDPLUS",))
async def expunge(session: Session, line: CommandLine) -> Reply:
    parser = session.parser(line)
    ranges = None
    if is_uid(line):
        parser.sp()
        sequence = parser.sequence_set()
        parser.end()
        ranges = ranges_of(targets(session, sequence, uid=True))
    else:
        parse_nothing(parser)
    selected = session.open_folder
    if selected.read_only:
        return no(b"The folder is open read-only", b"CANNOT")
    gone: tuple[FolderUid, ...] = ()
    if ranges != []:
        gone = await session.services.messages.expunge(session.signed_in, selected.folder_id, ranges)
    report_own_expunge(session, gone)
    await report(session, expunges=True)
    return ok(b"EXPUNGE completed", highest_modseq_code(session) if gone else None)
