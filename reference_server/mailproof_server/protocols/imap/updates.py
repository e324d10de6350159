"""What a session tells its client about changes it did not ask for (RFC 9051 7.4-7.5, RFC 7162 3.2).

Theory
------
`Selected` holds a cursor into the account's change log. `report` reads the log from there, for this folder alone, and
turns records into responses:

    CREATED            → EXISTS (and RECENT in rev1)
    FLAGGED, UPDATED   → FETCH (UID … FLAGS (…)), unless the session made the change itself
    REMOVED, MOVED     → EXPUNGE, or VANISHED after ENABLE QRESYNC

"An EXPUNGE response MUST NOT be sent when no command is in progress, nor while responding to a FETCH, STORE, or SEARCH
command" (RFC 9051 7.5.1): then the uids wait in `gone` and the numbering stays as the client knows it.
"""

from typing import TYPE_CHECKING, cast

from mailproof_server.model.change import ChangeKind
from mailproof_server.model.errors import FolderNotFound
from mailproof_server.model.ids import AccountId, FolderId, FolderUid, Modseq, UidValidity
from mailproof_server.protocols.imap import flags
from mailproof_server.protocols.imap.numbering import Numbering, Ranges, ranges_of, set_of
from mailproof_server.wire.imap.sequence import merged

if TYPE_CHECKING:
    from mailproof_server.protocols.imap.session import Session


class Selected:
    """The folder a session has open."""

    __slots__ = (
        "announced",
        "cursor",
        "folder_id",
        "gone",
        "highest",
        "keywords_seen",
        "numbering",
        "own",
        "owner",
        "path",
        "read_only",
        "recent",
        "saved",
        "uid_validity",
    )

    def __init__(
        self,
        *,
        folder_id: FolderId,
        owner: AccountId,
        path: str,
        read_only: bool,
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
        self.read_only = read_only
        self.uid_validity = uid_validity
        self.numbering = numbering
        self.cursor = cursor
        """How far the account's log has been read."""
        self.highest = highest
        """HIGHESTMODSEQ as the client knows it."""
        self.recent = recent
        self.announced: set[str] = set(keywords)
        """Keywords that a FLAGS response has told the client of."""
        self.keywords_seen: set[str] = set()
        """Keyword columns already checked against `announced`."""
        self.own: set[Modseq] = set()
        """Flag changes this session made and has answered itself."""
        self.gone: set[FolderUid] = set()
        """Removed, but not yet reported."""
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


async def report(session: "Session", *, expunges: bool) -> None:
    """Tell the client what changed in the selected folder since the last time; nothing when nothing is selected."""
    selected = session.selected
    if selected is None:
        return
    changes = await session.services.changes.since(
        session.signed_in, selected.owner, selected.cursor, selected.folder_id
    )
    looked_at: set[tuple[FolderUid, FolderUid]] = set()
    for change in changes:
        selected.cursor = selected.highest = change.modseq
        if change.kind in (ChangeKind.REMOVED, ChangeKind.MOVED):
            selected.gone.update(selected.numbering.known(change.uids))
        elif change.kind is ChangeKind.FOLDER_REMOVED:
            raise FolderNotFound("The selected folder was deleted")
        elif change.kind is ChangeKind.CREATED or (
            change.kind in (ChangeKind.FLAGGED, ChangeKind.UPDATED) and change.modseq not in selected.own
        ):
            looked_at.update(change.uids)
    selected.own = {modseq for modseq in selected.own if modseq > selected.cursor}
    if expunges and selected.gone:
        _report_gone(session, selected)
    if looked_at:
        await _report_rows(session, selected, cast("Ranges", list(merged(looked_at))))


def _report_gone(session: "Session", selected: Selected) -> None:
    uids = sorted(selected.gone)
    selected.gone.clear()
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


async def _report_rows(session: "Session", selected: Selected, ranges: Ranges) -> None:
    rows = await session.services.messages.flag_rows(session.signed_in, selected.folder_id, ranges)
    last_uid = selected.numbering.last_uid
    fresh = [row[0] for row in rows if row[0] > last_uid]
    if fresh:
        selected.numbering.append(fresh)
        session.write(b"* %d EXISTS\r\n" % len(selected.numbering))
        if not session.rev2:
            await _claim_recent(session, selected, fresh)
            session.write(b"* %d RECENT\r\n" % len(selected.recent))
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
