"""How values become columns and come back: moments, uid ranges, places."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from hashlib import blake2b

from mailproof_server.model.ids import FolderId, FolderUid
from mailproof_server.store.base import UidRanges

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

UID_BITS = 32
UID_MASK = 2**UID_BITS - 1


def moment(at: datetime) -> int:
    """Microseconds since 1970 of an aware datetime. Raises ValueError for a naive one."""
    if at.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return (at - _EPOCH) // _MICROSECOND


def zone_s(at: datetime) -> int:
    """Offset in seconds of the zone in which the moment was given."""
    offset = at.utcoffset()
    return 0 if offset is None else int(offset.total_seconds())


@lru_cache(maxsize=256)
def _local_epoch(offset_s: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=timezone(timedelta(seconds=offset_s)) if offset_s else UTC)


def from_moment(at: int, offset_s: int = 0) -> datetime:
    """The datetime again, in its own zone. Adding moves the local hands, so it cannot leave the years 1..9999."""
    return _local_epoch(offset_s) + timedelta(0, 0, at + offset_s * 1_000_000)


def optional_moment(at: datetime | None) -> int | None:
    return None if at is None else moment(at)


def optional_from_moment(at: int | None) -> datetime | None:
    return None if at is None else from_moment(at)


def place(folder_id: FolderId, uid: int) -> int:
    """The key of an item: ordered by uid within its folder, and never given twice."""
    return (folder_id << UID_BITS) | uid


def places(folder_id: FolderId, ranges: UidRanges | None) -> list[tuple[int, int]]:
    """Inclusive key ranges of uid ranges; None: the whole folder."""
    base = folder_id << UID_BITS
    if ranges is None:
        return [(base, base | UID_MASK)]
    return [(base | low, base | min(high, UID_MASK)) for low, high in ranges if low <= UID_MASK]


def compressed(uids: Sequence[FolderUid]) -> tuple[tuple[FolderUid, FolderUid], ...]:
    """Ascending uids as inclusive ranges."""
    if not uids:
        return ()
    first, last = uids[0], uids[-1]
    if last - first + 1 == len(uids):
        return ((first, last),)
    ranges = []
    start = previous = first
    for uid in uids[1:]:
        if uid != previous + 1:
            ranges.append((start, previous))
            start = uid
        previous = uid
    ranges.append((start, previous))
    return tuple(ranges)


def ranges_text(ranges: Iterable[tuple[FolderUid, FolderUid]]) -> str:
    """`1:5,7` as the log keeps it."""
    return ",".join(f"{low}:{high}" if low != high else f"{low}" for low, high in ranges)


def parse_ranges(text: str) -> tuple[tuple[FolderUid, FolderUid], ...]:
    if not text:
        return ()
    ranges = []
    for part in text.split(","):
        low, _, high = part.partition(":")
        ranges.append((FolderUid(int(low)), FolderUid(int(high or low))))
    return tuple(ranges)


def message_key(message_id: str) -> int | None:
    """64 bits that stand for a Message-ID in the index by which threads are found; None without one."""
    if not message_id:
        return None
    return int.from_bytes(blake2b(message_id.encode(), digest_size=8).digest(), "big", signed=True)
