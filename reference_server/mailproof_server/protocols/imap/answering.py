"""The answers of SEARCH and SORT (RFC 9051 7.3.4, 7.2.2; RFC 4731, RFC 5182, RFC 9394, RFC 5267)."""

from collections.abc import Sequence

from mailproof_server.model.ids import FolderUid
from mailproof_server.protocols.imap.numbering import ranges_of
from mailproof_server.protocols.imap.session import Session
from mailproof_server.wire.imap.format import esearch, format_ordered_set, format_set
from mailproof_server.wire.imap.search import SearchReturn


def numbers_of(session: Session, uids: Sequence[FolderUid], *, uid: bool) -> list[int]:
    """As the client counts: uids themselves after UID, else message numbers; unknown ones are left out."""
    known = session.open_folder.numbering
    if uid:
        return [each for each in uids if known.number(each) is not None]
    return [number for each in uids if (number := known.number(each)) is not None]


def save(session: Session, uids: Sequence[FolderUid], returns: SearchReturn) -> None:
    """`$` (RFC 5182 2.1): with MIN or MAX alone only those are saved, otherwise everything found."""
    if not returns.save:
        return
    found = sorted(uids)
    only_ends = (returns.minimum or returns.maximum) and not (returns.all or returns.count)
    if only_ends and found:
        ends = ({found[0]} if returns.minimum else set()) | ({found[-1]} if returns.maximum else set())
        if returns.partial is not None:
            start, end = returns.partial.bounds(len(uids))
            ends |= set(uids[start:end])
        found = sorted(ends)
    elif returns.partial is not None and not (returns.all or returns.count):
        # RFC 9394 3.2: SAVE with PARTIAL alone saves the part that was returned.
        start, end = returns.partial.bounds(len(uids))
        found = sorted(uids[start:end])
    session.open_folder.saved = found


def write_extended(
    session: Session,
    tag: bytes,
    uids: Sequence[FolderUid],
    returns: SearchReturn,
    *,
    uid: bool,
    ordered: bool,
    modseq: int | None,
) -> None:
    """ESEARCH. "if the search resulted in no matches, MIN, MAX, ALL are not returned; COUNT is 0" (RFC 4731 3.1)."""
    numbers = numbers_of(session, uids, uid=uid)
    as_set = format_ordered_set if ordered else format_set
    items: list[tuple[bytes, bytes]] = []
    if numbers and returns.minimum:
        items.append((b"MIN", b"%d" % (numbers[0] if ordered else min(numbers))))
    if numbers and returns.maximum:
        items.append((b"MAX", b"%d" % (numbers[-1] if ordered else max(numbers))))
    if returns.count:
        items.append((b"COUNT", b"%d" % len(numbers)))
    if returns.all and numbers:
        items.append((b"ALL", as_set(numbers)))
    if returns.partial is not None:
        start, end = returns.partial.bounds(len(numbers))
        part = as_set(numbers[start:end]) if end > start else b"NIL"
        items.append((b"PARTIAL", b"(%b %b)" % (returns.partial.to_bytes(), part)))
    if modseq is not None and numbers:
        items.append((b"MODSEQ", b"%d" % modseq))
    if items or not returns.save or returns.all:
        session.write(esearch(tag, uid=uid, items=items))


async def highest_modseq(session: Session, uids: Sequence[FolderUid], returns: SearchReturn | None) -> int | None:
    """The MODSEQ of an answer to a search with a MODSEQ key (RFC 7162 3.1.5, 3.1.10): the highest of what it shows."""
    if not uids:
        return None
    shown = list(uids)
    if returns is not None and not (returns.all or returns.count or returns.partial):
        ends = {min(uids)} if returns.minimum else set()
        shown = sorted(ends | ({max(uids)} if returns.maximum else set())) or shown
    rows = await session.services.messages.flag_rows(
        session.signed_in, session.open_folder.folder_id, ranges_of(sorted(shown))
    )
    return max((row[3] for row in rows), default=None)
