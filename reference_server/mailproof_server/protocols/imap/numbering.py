"""Sequence numbers of one session (RFC 9051 2.3.1.2): positions 1..n over the ascending uids that it has been told of.

Invariant: the list changes only when the client is told so, by EXISTS (append) or EXPUNGE / VANISHED (remove).
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import cast

from mailproof_server.model.ids import FolderUid, SequenceNumber
from mailproof_server.wire.imap import sequence
from mailproof_server.wire.imap.sequence import SequenceSet

Ranges = list[tuple[FolderUid, FolderUid]]


class Numbering:
    """Both directions of the map in O(log n); memory is one list of ints."""

    __slots__ = ("uids",)

    def __init__(self, uids: list[FolderUid]) -> None:
        self.uids = uids

    def __len__(self) -> int:
        return len(self.uids)

    @property
    def last_uid(self) -> FolderUid:
        """0 when empty."""
        return self.uids[-1] if self.uids else FolderUid(0)

    def uid(self, number: SequenceNumber) -> FolderUid:
        """Raises IndexError beyond the end."""
        if number < 1:
            raise IndexError(number)
        return self.uids[number - 1]

    def number(self, uid: FolderUid) -> SequenceNumber | None:
        at = bisect_left(self.uids, uid)
        return SequenceNumber(at + 1) if at < len(self.uids) and self.uids[at] == uid else None

    def append(self, uids: Iterable[FolderUid]) -> None:
        """Uids above all known ones, ascending."""
        self.uids.extend(uids)

    def remove(self, uids: Sequence[FolderUid]) -> list[SequenceNumber]:
        """Forget `uids` (ascending, all known); returns their numbers, highest first: each is right when it is sent."""
        numbers: list[SequenceNumber] = []
        for uid in reversed(uids):
            number = self.number(uid)
            if number is not None:
                numbers.append(number)
        if len(numbers) == 1:
            del self.uids[numbers[0] - 1]
        elif numbers:
            gone = set(uids)
            self.uids = [uid for uid in self.uids if uid not in gone]
        return numbers

    def known(self, uid_ranges: Iterable[tuple[int, int]]) -> list[FolderUid]:
        """Known uids within the ranges (ascending, disjoint), ascending."""
        found: list[FolderUid] = []
        for low, high in uid_ranges:
            found.extend(self.uids[bisect_left(self.uids, low) : bisect_left(self.uids, high + 1)])
        return found


def ranges_of(uids: Iterable[FolderUid]) -> Ranges:
    """Ascending uids as the fewest inclusive ranges."""
    return cast("Ranges", sequence.ranges_of(uids))


def set_of(ranges: Iterable[tuple[int, int]]) -> bytes:
    """Ranges as an IMAP set, e.g. `1:5,7`."""
    return SequenceSet(tuple(ranges)).to_bytes()
