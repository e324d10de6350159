"""What a session tells its client about changes it did not ask for (RFC 9051 7.4-7.5, RFC 7162 3.2).

Theory
------
`Selected` holds a cursor into the account's change log. `report` reads the log from there, for this folder alone, and
turns records into responses:

    CREATED            → EXISTS (and RECENT in rev1)
    FLAGGED, UPDATED   → FETCH (UID … FLAGS (…)), unless the session made the change itself
    REMOVED, MOVED     → EXPUNGE, or VANISHED after ENABLE QRESYNC
    FOLDER_UPDATED     → PERMANENTFLAGS and READ-ONLY or READ-WRITE, where the session's rights became others

"An EXPUNGE response MUST NOT be sent when no command is in progress, nor while responding to a FETCH, STORE, or SEARCH
command" (RFC 9051 7.5.1): then the uids wait in `gone` and the numbering stays as the client knows it.

NOTIFY narrows what is wanted (`Wanted`). Where no message events are, the log is not read at all, so that the cursor
keeps its place for a later NOTIFY SET, which "MUST cause the server to immediately return any accumulated changes".
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias, cast

from mailproof_server.model.change import Change, ChangeKind
from mailproof_server.model.ids import AccountId, FolderId, FolderUid, Modseq, UidValidity
from mailproof_server.model.permission import Right
from mailproof_server.protocols.imap import flags
from mailproof_server.protocols.imap.numbering import Numbering, Ranges, ranges_of, set_of
from mailproof_server.protocols.imap.rights import is_read_only, permanent_flags
from mailproof_server.wire.imap.sequence import merged

if TYPE_CHECKING:
    from mailproof_server.protocols.imap.session import Session

Describe: TypeAlias = Callable[["Session", list[FolderUid]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Events of the selected folder that the client wants; all of them until NOTIFY says otherwise (RFC 5465 3.1)."""

    messages: bool = True
    """MessageNew and MessageExpunge: "both events MUST be specified", or none."""
    flags: bool = True
    delayed: bool = True
    """Expunged messages are told of only while a command runs that allows it (SELECTED-DELAYED)."""
    describe: Describe | None = None
    """Writes a FETCH response for each message that somebody else has put into the folder."""


EVERYTHING = Wanted()
NOTHING = Wanted(messages=False, flags=False)


@dataclass(slots=True)
class OwnChanges:
    """What a session did itself: "The server SHOULD omit notifying the client if the event is caused by this client"
    (RFC 5465 5)."""

    messages: set[tuple[FolderId, Modseq]] = field(default_factory=set)
    """Log records of folders that are not selected."""
    folders: set[tuple[str, str]] = field(default_factory=set)
    """(event, name as the client spells it): `name`, `subscription` or `metadata`."""

    def clear(self) -> None:
        self.messages.clear()
        self.folders.clear()


class Selected:
    """The folder a session has open."""

    __slots__ = (
        "announced",
        "cursor",
        "examined",
        "folder_id",
        "gone",
        "gone_from",
        "held_back",
        "highest",
        "keywords_seen",
        "numbering",
        "own",
        "owner",
        "path",
        "read_only",
        "recent",
        "rights",
        "saved",
        "uid_validity",
        "withheld",
    )

    def __init__(
        self,
        *,
        folder_id: FolderId,
        owner: AccountId,
        path: str,
        examined: bool,
        rights: Right,
        uid_validity: UidValidity,
        numbering: Numbering,
        cursor: Modseq,
        highest: Modseq,
        recent: set[FolderUid],
        keywords: tuple[str, ...],
    ) -> None:
        self.folder_id = folder_id
        self.owner = owner
        self.path = path
        self.examined = examined
        """Opened by EXAMINE."""
        self.rights = rights
        self.read_only = examined or is_read_only(rights)
        self.uid_validity = uid_validity
        self.numbering = numbering
        self.cursor = cursor
        """How far the account's log has been read."""
        self.highest = highest
        """The newest change of an item that was read from the log: HIGHESTMODSEQ while nothing waits in `gone`."""
        self.recent = recent
        self.announced: set[str] = set(keywords)
        """Keywords that a FLAGS response has told the client of."""
        self.keywords_seen: set[str] = set()
        """Keyword columns already checked against `announced`."""
        self.own: set[Modseq] = set()
        """Changes this session made: of flags, which it has answered itself, and arrivals."""
        self.gone: set[FolderUid] = set()
        """Removed, but not yet reported."""
        self.gone_from: Modseq | None = None
        """The log record of the first of them."""
        self.held_back = False
        """The client was told a lower HIGHESTMODSEQ, because of `gone`."""
        self.withheld: set[tuple[FolderUid, FolderUid]] = set()
        """Whose flags changed while the client did not want to know."""
        self.saved: list[FolderUid] = []
        """`$`, the saved result of the last SEARCH (RFC 5182)."""

    def announce(self, session: "Session", keyword_column: str) -> None:
        """Send FLAGS again before a keyword that the client has never been told of."""
        if keyword_column in self.keywords_seen:
            return
        self.keywords_seen.add(keyword_column)
        fresh = set(keyword_column.split()) - self.announced
        if fresh:
            self.announced |= fresh
            session.write(b"* FLAGS (%b)\r\n" % self.flag_list())

    def flag_list(self) -> bytes:
        """What stands between the parentheses of FLAGS."""
        return b" ".join((flags.ALL_SYSTEM, *(each.encode("ascii") for each in sorted(self.announced))))

    def permanent_flags(self) -> bytes:
        """What stands between the parentheses of PERMANENTFLAGS."""
        return b"" if self.read_only else permanent_flags(self.rights, sorted(self.announced))


async def report(session: "Session", *, expunges: bool) -> None:
    """Tell the client what changed in the selected folder since the last time; nothing when nothing is selected.

    Raises FolderNotFound when the folder is gone, PermissionDenied when it may not be read any more, CursorExpired.
    """
    selected = session.selected
    if selected is None or not session.wanted.messages:
        return
    changes = await session.services.changes.since(
        session.signed_in, selected.owner, selected.cursor, selected.folder_id
    )
    looked_at, own_arrivals = _take_in(session, selected, changes)
    if any(change.kind is ChangeKind.FOLDER_UPDATED for change in changes):
        await _report_rights(session, selected)
    if selected.gone:
        if expunges:
            _report_gone(session, selected)
            if selected.held_back:
                selected.held_back = False
                session.write(b"* OK [HIGHESTMODSEQ %d] Nothing waits any more\r\n" % selected.highest)
        elif session.condstore and selected.gone_from is not None:
            # "if the server sends MODSEQ FETCH data items while EXPUNGE (or VANISHED) replies with lower mod-sequences
            # being delayed, the server MUST send the HIGHESTMODSEQ response code with a lower value" (RFC 7162 3.2)
            selected.held_back = True
            session.write(b"* OK [HIGHESTMODSEQ %d] Expunged messages wait\r\n" % max(selected.gone_from - 1, 1))
    if looked_at:
        await _report_rows(session, selected, cast("Ranges", list(merged(looked_at))), own_arrivals)


def highest_modseq_code(session: "Session") -> bytes | None:
    """For the completion of what expunged something: "If at least one message got expunged and QRESYNC was enabled, the
    server MUST send the updated per-mailbox modification sequence" (RFC 7162 3.2.7), where all before it was told."""
    if not session.condstore or not session.wanted.messages:
        return None
    return b"HIGHESTMODSEQ %d" % session.open_folder.highest


def report_own_expunge(session: "Session", uids: Iterable[FolderUid]) -> None:
    """What an EXPUNGE, MOVE or REPLACE of this session removed, where other expunges are not wanted."""
    selected = session.open_folder
    if session.wanted.messages:
        return
    waiting, first = selected.gone, selected.gone_from
    selected.gone, selected.gone_from = {uid for uid in uids if selected.numbering.number(uid) is not None}, None
    if selected.gone:
        _report_gone(session, selected)
    selected.gone, selected.gone_from = waiting, first


def _take_in(
    session: "Session", selected: Selected, changes: Sequence[Change]
) -> tuple[set[tuple[FolderUid, FolderUid]], set[tuple[FolderUid, FolderUid]]]:
    """Move the cursor over the changes; answers the ranges to look at, and those of them that the session stored."""
    looked_at: set[tuple[FolderUid, FolderUid]] = set()
    own_arrivals: set[tuple[FolderUid, FolderUid]] = set()
    for change in changes:
        selected.cursor = change.modseq
        if change.kind in (ChangeKind.FOLDER_CREATED, ChangeKind.FOLDER_UPDATED):
            continue
        selected.highest = change.modseq
        own = change.modseq in selected.own
        if change.kind in (ChangeKind.REMOVED, ChangeKind.MOVED):
            known = selected.numbering.known(change.uids)
            selected.gone.update(known)
            if known and selected.gone_from is None:
                selected.gone_from = change.modseq
        elif change.kind is ChangeKind.CREATED:
            looked_at.update(change.uids)
            if own:
                own_arrivals.update(change.uids)
        elif not own:
            (looked_at if session.wanted.flags else selected.withheld).update(change.uids)
    selected.own = {modseq for modseq in selected.own if modseq > selected.cursor}
    if session.wanted.flags and selected.withheld:
        looked_at |= selected.withheld
        selected.withheld = set()
    return looked_at, own_arrivals


async def _report_rights(session: "Session", selected: Selected) -> None:
    """RFC 4314 5.1.1: a server that checks the rights on each command "SHOULD send FLAGS and PERMANENTFLAGS responses
    if they have changed"; READ-ONLY also means that "its access while selected has changed" (RFC 9051 7.1)."""
    rights = (await session.services.folders.by_id(session.signed_in, selected.folder_id, Right.READ_ANY)).rights
    before, was_read_only = selected.permanent_flags(), selected.read_only
    selected.rights = rights
    selected.read_only = selected.examined or is_read_only(rights)
    if selected.read_only is not was_read_only:
        session.write(b"* OK [READ-%b] Your rights have changed\r\n" % (b"ONLY" if selected.read_only else b"WRITE"))
    if selected.permanent_flags() != before:
        session.write(b"* OK [PERMANENTFLAGS (%b)] Your rights have changed\r\n" % selected.permanent_flags())


def _report_gone(session: "Session", selected: Selected) -> None:
    uids = sorted(selected.gone)
    selected.gone.clear()
    selected.gone_from = None
    numbers = selected.numbering.remove(uids)
    selected.recent.difference_update(uids)
    if selected.saved:
        # "when a message listed in the search result variable is EXPUNGEd, it is automatically removed" (RFC 5182 2.1)
        gone = set(uids)
        selected.saved = [uid for uid in selected.saved if uid not in gone]
    if session.qresync:
        session.write(b"* VANISHED %b\r\n" % set_of(ranges_of(uids)))
    else:
        session.write(b"".join(b"* %d EXPUNGE\r\n" % number for number in numbers))


async def _report_rows(
    session: "Session", selected: Selected, ranges: Ranges, own_arrivals: set[tuple[FolderUid, FolderUid]]
) -> None:
    rows = await session.services.messages.flag_rows(session.signed_in, selected.folder_id, ranges)
    last_uid = selected.numbering.last_uid
    fresh = [row[0] for row in rows if row[0] > last_uid]
    if fresh:
        selected.numbering.append(fresh)
        session.write(b"* %d EXISTS\r\n" % len(selected.numbering))
        if not session.rev2:
            await _claim_recent(session, selected, fresh)
            session.write(b"* %d RECENT\r\n" % len(selected.recent))
        if session.wanted.describe is not None:
            # RFC 5465 5.2: no FETCH response "for a new message created by the client on this particular connection"
            foreign = [uid for uid in fresh if not any(low <= uid <= high for low, high in own_arrivals)]
            if foreign:
                await session.wanted.describe(session, foreign)
    for uid, system, keywords, modseq in rows:
        if uid > last_uid:
            continue
        number = selected.numbering.number(uid)
        if number is None:
            continue
        selected.announce(session, keywords)
        words = flags.words(system, keywords, uid in selected.recent and not session.rev2)
        if session.condstore:
            session.write(b"* %d FETCH (UID %d FLAGS (%b) MODSEQ (%d))\r\n" % (number, uid, words, modseq))
        else:
            session.write(b"* %d FETCH (UID %d FLAGS (%b))\r\n" % (number, uid, words))


async def _claim_recent(session: "Session", selected: Selected, fresh: list[FolderUid]) -> None:
    """`\\Recent` goes to the first session told of a message; EXAMINE changes nothing."""
    if selected.read_only:
        selected.recent.update(fresh)
        return
    await session.stream.flush()  # the EXISTS need not wait for this commit
    first = await session.services.folders.claim_recent(session.signed_in, selected.folder_id)
    selected.recent.update(uid for uid in fresh if uid >= first)
