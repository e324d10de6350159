"""Which uids left the selected folder since a mod-sequence (RFC 7162 3.2.5, 3.2.6)."""

from mailproof_server.model.change import ChangeKind
from mailproof_server.model.errors import CursorExpired
from mailproof_server.model.ids import FolderUid, Modseq
from mailproof_server.protocols.imap.numbering import Ranges
from mailproof_server.protocols.imap.session import Session
from mailproof_server.wire.imap.sequence import SequenceSet, merged

MAX_UID = 2**32 - 1


async def vanished_since(session: Session, since: Modseq, known: SequenceSet | None) -> Ranges:
    """Ranges of uids within `known` (None: all) that were removed after `since`.

    Where the log no longer reaches back, every uid that does not exist counts: "the server … MUST report all the
    expunged messages" and may report more (RFC 7162 3.2.5.1).
    """
    selected = session.open_folder
    last_uid = selected.numbering.last_uid
    try:
        changes = await session.services.changes.since(session.signed_in, selected.owner, since, selected.folder_id)
    except CursorExpired:
        folder = (await session.services.folders.by_id(session.signed_in, selected.folder_id)).folder
        gone = _gaps(selected.numbering.uids, folder.uid_next)
    else:
        gone = merged(
            span for change in changes if change.kind in (ChangeKind.REMOVED, ChangeKind.MOVED) for span in change.uids
        )
    return _without(_within(gone, known, last_uid), selected.numbering.known(gone))


def _gaps(uids: list[FolderUid], uid_next: FolderUid) -> tuple[tuple[int, int], ...]:
    """Uids given once that the session does not count: below, between and above those that it does."""
    gaps: list[tuple[int, int]] = []
    previous = 0
    for uid in uids:
        if uid > previous + 1:
            gaps.append((previous + 1, uid - 1))
        previous = uid
    if previous + 1 < uid_next:
        gaps.append((previous + 1, uid_next - 1))
    return tuple(gaps)


def _within(ranges: tuple[tuple[int, int], ...], known: SequenceSet | None, last_uid: int) -> list[tuple[int, int]]:
    if known is None:
        return list(ranges)
    limits = known.resolve(max(last_uid, 1) if not known.has_star else MAX_UID)
    return [
        (max(low, limit_low), min(high, limit_high))
        for low, high in ranges
        for limit_low, limit_high in limits
        if max(low, limit_low) <= min(high, limit_high)
    ]


def _without(ranges: list[tuple[int, int]], existing: list[FolderUid]) -> Ranges:
    """Leave out what the session still counts among its messages: it is announced by VANISHED without EARLIER."""
    result: Ranges = []
    for low, high in ranges:
        start = low
        for uid in existing:
            if start <= uid <= high:
                if uid > start:
                    result.append((FolderUid(start), FolderUid(uid - 1)))
                start = uid + 1
        if start <= high:
            result.append((FolderUid(start), FolderUid(high)))
    return result
