"""EXPUNGE and UID EXPUNGE (RFC 9051 6.4.3, 6.4.9): what went is reported before the completion, as for any change."""

from mailproof_server.protocols.imap.command import Reply, State, command, no, ok
from mailproof_server.protocols.imap.numbering import ranges_of
from mailproof_server.protocols.imap.session import Session
from mailproof_server.protocols.imap.sets import is_uid, targets
from mailproof_server.protocols.imap.updates import report
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
    if ranges != []:
        await session.services.messages.expunge(session.signed_in, selected.folder_id, ranges)
    await report(session, expunges=True)
    # RFC 7162 3.2.7: with QRESYNC "HIGHESTMODSEQ response code … in the tagged OK"
    code = b"HIGHESTMODSEQ %d" % selected.highest if session.condstore else None
    return ok(b"EXPUNGE completed", code)
