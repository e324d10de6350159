"""FETCH and UID FETCH (RFC 9051 6.4.5, 6.4.9; CHANGEDSINCE and VANISHED, RFC 7162 3.1.4, 3.2.6; PARTIAL, RFC 9394)."""

from mailproof_server.model.errors import PermissionDenied
from mailproof_server.model.ids import FolderUid, Modseq
from mailproof_server.model.item import Flag, FlagAction, Flags
from mailproof_server.protocols.imap.command import Reply, State, bad, command, no, ok
from mailproof_server.protocols.imap.fetching import Plan, respond, sets_seen
from mailproof_server.protocols.imap.numbering import ranges_of, set_of
from mailproof_server.protocols.imap.session import Session
from mailproof_server.protocols.imap.sets import is_uid, targets
from mailproof_server.protocols.imap.vanished import vanished_since
from mailproof_server.wire.imap.fetch import Attribute, FetchArgs, parse_fetch
from mailproof_server.wire.imap.stream import CommandLine

SEEN = Flags(Flag.SEEN)


@command(
    b"FETCH",
    State.SELECTED,
    uid=True,
    holds_numbers=True,
    extra=(b"BINARY", b"OBJECTID", b"SAVEDATE", b"PREVIEW", b"PARTIAL"),
)
async def fetch(session: Session, line: CommandLine) -> Reply:
    uid = is_uid(line)
    args = parse_fetch(session.parser(line), uid=uid)
    if args.vanished and not session.qresync:
        return bad(b"VANISHED needs ENABLE QRESYNC")
    if args.changed_since is not None or Attribute(b"MODSEQ") in args.items:
        session.enable_condstore()
    uids = targets(session, args.sequence, uid=uid)
    if args.vanished:
        gone = await vanished_since(session, Modseq(args.changed_since or 0), args.sequence)
        if gone:
            session.write(b"* VANISHED (EARLIER) %b\r\n" % set_of(gone))
    if args.partial is not None:
        start, end = args.partial.bounds(len(uids))
        uids = uids[start:end]
    if args.changed_since is not None:
        uids = await _changed(session, uids, Modseq(args.changed_since))
    marked = sets_seen(args.items) and not session.open_folder.read_only and await _mark_seen(session, uids)
    # RFC 7162 3.2.4: once a CONDSTORE enabling command was issued, responses to "a FETCH/UID FETCH that implicitly set
    # the \\Seen flag" carry "both UID and mod-sequence data".
    announces = marked and session.condstore
    plan = Plan(session, args.items, uid=uid or announces, modseq=announces or _shows_modseq(session, args))
    if marked:
        plan.with_flags()
    missing = await respond(session, plan, uids)
    if missing and not uid:
        return no(b"Some of the messages no longer exist", b"EXPUNGEISSUED")
    return ok(b"FETCH completed")


def _shows_modseq(session: Session, args: FetchArgs) -> bool:
    """RFC 7162 3.1.4.1: CHANGEDSINCE "implicitly adds the MODSEQ"; once enabled, flags never come without it."""
    return args.changed_since is not None or (session.condstore and Attribute(b"FLAGS") in args.items)


async def _changed(session: Session, uids: list[FolderUid], since: Modseq) -> list[FolderUid]:
    if not uids:
        return []
    rows = await session.services.messages.flag_rows(
        session.signed_in, session.open_folder.folder_id, [(uids[0], uids[-1])], since
    )
    wanted = set(uids)
    return [row[0] for row in rows if row[0] in wanted]


async def _mark_seen(session: Session, uids: list[FolderUid]) -> bool:
    """Set `\\Seen` on what lacks it; whether anything changed. Without the right the messages are read all the same."""
    selected = session.open_folder
    if not uids:
        return False
    try:
        outcome = await session.services.messages.set_flags(
            session.signed_in, selected.folder_id, ranges_of(uids), FlagAction.ADD, SEEN
        )
    except PermissionDenied:
        return False
    if outcome.modseq is not None:
        selected.own.add(outcome.modseq)
    return bool(outcome.changed)
