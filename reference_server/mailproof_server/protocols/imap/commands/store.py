"""STORE and UID STORE (RFC 9051 6.4.6; UNCHANGEDSINCE, RFC 7162 3.1.3)."""

from mailproof_server.model.ids import FolderUid, Modseq
from mailproof_server.model.item import FlagAction
from mailproof_server.protocols.imap import flags
from mailproof_server.protocols.imap.command import Reply, State, command, no, ok
from mailproof_server.protocols.imap.fetching import Plan, respond
from mailproof_server.protocols.imap.numbering import ranges_of, set_of
from mailproof_server.protocols.imap.session import Session
from mailproof_server.protocols.imap.sets import is_uid, targets
from mailproof_server.wire.imap.fetch import Attribute
from mailproof_server.wire.imap.store import StoreMode, parse_store
from mailproof_server.wire.imap.stream import CommandLine

ACTIONS = {
    StoreMode.REPLACE: FlagAction.SET,
    StoreMode.ADD: FlagAction.ADD,
    StoreMode.REMOVE: FlagAction.REMOVE,
}


@command(b"STORE", State.SELECTED, uid=True, holds_numbers=True, extra=(b"CONDSTORE",))
async def store(session: Session, line: CommandLine) -> Reply:
    uid = is_uid(line)
    args = parse_store(session.parser(line))
    if args.unchanged_since is not None:
        session.enable_condstore()
    selected = session.open_folder
    uids = targets(session, args.sequence, uid=uid)
    if selected.read_only:
        return no(b"The folder is open read-only", b"CANNOT")
    if not uids:
        return ok(b"STORE completed")
    outcome = await session.services.messages.set_flags(
        session.signed_in,
        selected.folder_id,
        ranges_of(uids),
        ACTIONS[args.mode],
        flags.parse(args.flags),
        None if args.unchanged_since is None else Modseq(args.unchanged_since),
    )
    if outcome.modseq is not None:
        selected.own.add(outcome.modseq)
    passed = [each for each in uids if each not in set(outcome.stale)]
    missing = await _show(session, passed, silent=args.silent, conditional=args.unchanged_since is not None, uid=uid)
    if outcome.stale:
        await _show(session, await _known_already(session, outcome.stale), silent=False, conditional=True, uid=uid)
        return ok(b"Conditional STORE failed for some", b"MODIFIED " + _as_asked(session, outcome.stale, uid=uid))
    if missing and not uid:
        return no(b"Some of the messages no longer exist", b"EXPUNGEISSUED")
    return ok(b"STORE completed")


async def _show(session: Session, uids: list[FolderUid], *, silent: bool, conditional: bool, uid: bool) -> int:
    """The FETCH responses of a STORE; answers how many of the messages are gone.

    RFC 7162 3.1.3: after a conditional STORE "An untagged FETCH response MUST be sent, even if the .SILENT suffix is
    specified, and the response MUST include the MODSEQ"; 3.2.4: from then on with UID, and after any STORE.
    """
    if silent and not (session.condstore or conditional):
        return 0
    items = () if silent else (Attribute(b"FLAGS"),)
    plan = Plan(session, items, uid=uid or session.condstore, modseq=session.condstore)
    return await respond(session, plan, uids)


async def _known_already(session: Session, stale: tuple[FolderUid, ...]) -> list[FolderUid]:
    """Of the messages that failed UNCHANGEDSINCE, those of which no news is due before the completion anyway.

    "It is RECOMMENDED that the server avoids the need for the client to do that by sending an unsolicited FETCH".
    """
    selected = session.open_folder
    rows = await session.services.messages.flag_rows(session.signed_in, selected.folder_id, ranges_of(stale))
    return [uid for uid, _, _, modseq in rows if modseq <= selected.cursor or modseq in selected.own]


def _as_asked(session: Session, uids: tuple[FolderUid, ...], *, uid: bool) -> bytes:
    """A set in the numbers of the command: uids for UID STORE."""
    if uid:
        return set_of(ranges_of(uids))
    numbering = session.open_folder.numbering
    numbers = [number for each in uids if (number := numbering.number(each)) is not None]
    return set_of(ranges_of([FolderUid(number) for number in numbers]))
