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


def announced(session: Session, uids: Sequence[FolderUid]) -> list[FolderUid]:
    """Without messages that arrived since the client was last told of any: they have no number yet."""
    last = session.open_folder.numbering.last_uid
    return [uid for uid in uids if uid <= last]


def save(session: Session, uids: Sequence[FolderUid], returns: SearchReturn) -> None:
    """`$` (RFC 5182 2.4, RFC 9394 3.2): all that was found, unless only MIN, MAX or PARTIAL were asked for."""
    if not returns.save:
        return
    found = set(uids)
    if uids and (returns.minimum or returns.maximum or returns.partial) and not (returns.all or returns.count):
        found = {uids[0]} if returns.minimum else set()
        if returns.maximum:
            found.add(uids[-1])
        if returns.partial is not None:
            start, end = returns.partial.bounds(len(uids))
            found.update(uids[start:end])
    session.open_folder.saved = sorted(found)


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
    """ESEARCH. "If the SEARCH results in no matches, the server MUST NOT include the MIN result option in the ESEARCH
    response; however, it still MUST send the ESEARCH response" (RFC 4731 3.1); SAVE alone asks for none (RFC 5182 2.1).
    """
    if returns == SearchReturn(save=True):
        return
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
    session.write(esearch(tag, uid=uid, items=items))


async def highest_modseq(session: Session, uids: Sequence[FolderUid], returns: SearchReturn | None) -> int | None:
    """The MODSEQ of an answer to a search with a MODSEQ key: the highest of what is shown (RFC 7162 3.1.5, 4731 3.2).

    `uids` are in the order of the answer.
    """
    if not uids:
        return None
    shown = list(uids)
    if returns is not None and not (returns.all or returns.count or returns.partial):
        ends = {uids[0]} if returns.minimum else set()
        shown = sorted(ends | ({uids[-1]} if returns.maximum else set())) or shown
    rows = await session.services.messages.flag_rows(
        session.signed_in, session.open_folder.folder_id, ranges_of(sorted(shown))
    )
    return max((row[3] for row in rows), default=None)
