"""SELECT and EXAMINE (RFC 9051 6.3.2, 6.3.3; RFC 3501 6.3.1; RFC 7162 3.1.2, 3.2.5)."""

from mailproof_server.model.errors import FolderNotFound, Invalid
from mailproof_server.model.ids import FolderUid, Modseq
from mailproof_server.model.object_ids import folder_object_id
from mailproof_server.protocols.imap.command import Reply, State, bad, ok
from mailproof_server.protocols.imap.fetching import Plan, respond
from mailproof_server.protocols.imap.listing import list_response
from mailproof_server.protocols.imap.names import is_shown, resolve
from mailproof_server.protocols.imap.numbering import Numbering, set_of
from mailproof_server.protocols.imap.session import Session
from mailproof_server.protocols.imap.updates import Selected
from mailproof_server.protocols.imap.vanished import vanished_since
from mailproof_server.services.folders import Opened
from mailproof_server.wire.imap.fetch import Attribute
from mailproof_server.wire.imap.select import QResync, parse_select
from mailproof_server.wire.imap.stream import CommandLine


async def select(session: Session, line: CommandLine, *, read_only: bool) -> Reply:
    """Open a folder; the one that was open before is left in any case."""
    args = parse_select(session.parser(line))
    if args.qresync is not None and not session.qresync:
        return bad(b"QRESYNC needs ENABLE QRESYNC")
    if session.selected is not None:
        session.deselect()
        # RFC 9051 7.1: CLOSED "is returned when the currently selected mailbox is closed implicitly"
        session.write(b"* OK [CLOSED] Previous folder is closed\r\n")
    where = await resolve(session.signed_in, session.services.folders, args.mailbox)
    opened = await session.services.folders.enter(
        session.signed_in, where.owner, where.path, claim_recent=not read_only and not session.rev2
    )
    folder = opened.view.folder
    if not is_shown(folder):
        raise FolderNotFound
    if not folder.selectable:
        raise Invalid("This name holds only other folders")
    session.condstore = session.condstore or args.condstore
    selected = Selected(
        folder_id=folder.id,
        owner=folder.account_id,
        path=folder.path,
        examined=read_only,
        rights=opened.view.rights,
        uid_validity=folder.uid_validity,
        numbering=Numbering(opened.uids),
        cursor=opened.cursor,
        highest=folder.modseq,
        recent={uid for uid in opened.uids if uid >= opened.recent_from},
        keywords=opened.keywords,
    )
    session.selected = selected
    session.state = State.SELECTED
    await _describe(session, selected, opened, args.mailbox)
    if args.qresync is not None and args.qresync.uid_validity == folder.uid_validity:
        await _resynchronise(session, args.qresync)
    return ok(line.name + b" completed", b"READ-ONLY" if selected.read_only else b"READ-WRITE")


async def _describe(session: Session, selected: Selected, opened: Opened, name: str) -> None:
    folder = opened.view.folder
    write = session.write
    write(b"* FLAGS (%b)\r\n" % selected.flag_list())
    write(b"* OK [PERMANENTFLAGS (%b)] Flags that are kept\r\n" % selected.permanent_flags())
    write(b"* %d EXISTS\r\n" % len(selected.numbering))
    if not session.rev2:
        write(b"* %d RECENT\r\n" % len(selected.recent))
        first = None if opened.first_unseen is None else selected.numbering.number(opened.first_unseen)
        if first is not None:
            write(b"* OK [UNSEEN %d] First unread message\r\n" % first)
    write(b"* OK [UIDVALIDITY %d] Generation of the uids\r\n" % folder.uid_validity)
    write(b"* OK [UIDNEXT %d] Next uid\r\n" % max(folder.uid_next, selected.numbering.last_uid + 1))
    if session.has(b"CONDSTORE"):
        write(b"* OK [HIGHESTMODSEQ %d] Newest change\r\n" % selected.highest)
    if session.has(b"OBJECTID"):
        write(b"* OK [MAILBOXID (%b)] Folder id\r\n" % folder_object_id(folder.id).encode("ascii"))
    if session.rev2:
        write(list_response(session, opened.view, name))


async def _resynchronise(session: Session, known: QResync) -> None:
    """First what vanished, then what changed (RFC 7162 3.2.5): "VANISHED (EARLIER) … prior to FETCH responses"."""
    selected = session.open_folder
    since = Modseq(known.modseq)
    gone = await vanished_since(session, since, known.known_uids)
    if gone:
        session.write(b"* VANISHED (EARLIER) %b\r\n" % set_of(gone))
    rows = await session.services.messages.flag_rows(session.signed_in, selected.folder_id, None, since)
    uids: list[FolderUid] = [row[0] for row in rows if selected.numbering.number(row[0]) is not None]
    if known.known_uids is not None:
        uids = list(known.known_uids.select(uids))  # type: ignore[arg-type]
    plan = Plan(session, (Attribute(b"UID"), Attribute(b"FLAGS")), uid=True, modseq=True)
    await respond(session, plan, uids)
