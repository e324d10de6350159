"""Sets of message numbers and UIDs, as values and as bytes (RFC 3501 §9 `sequence-set`, RFC 5182 `$`, RFC 9394 §3.1).

A set is kept as ranges (low, high), so `1:4294967295` costs as much as `1`: whoever needs the members asks for those
that exist (`select`), never for all.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MAX_NUMBER = 2**32 - 1
#: `*`, "the largest number in use". Larger than any number, so that a range with it sorts like any other.
STAR = 2**32

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class SequenceSet:
    """`ranges` as the client sent them, each with low <= high and possibly overlapping; `*` is `STAR`.

    `saved`: the set is `$`, the result of the last SEARCH with SAVE (then `ranges` is empty).
    """

    ranges: tuple[Range, ...]
    saved: bool = False

    @classmethod
    def of(cls, numbers: Iterable[int]) -> SequenceSet:
        """The set of these numbers, compressed."""
        return cls(tuple(ranges_of(sorted(numbers))))

    @property
    def is_all(self) -> bool:
        """Whether this is `1:*`, the set that needs no comparison at all."""
        return self.ranges == ((1, STAR),)

    @property
    def has_star(self) -> bool:
        return any(high == STAR for _, high in self.ranges)

    def exceeds(self, maximum: int) -> bool:
        """Whether the set names a number that cannot exist when numbers run from 1 to `maximum`.

        "The server should respond with a tagged BAD response to a command that uses a message sequence number greater
        than the number of messages in the selected mailbox. This includes "*" if the selected mailbox is empty."
        (RFC 3501 §9, seq-number). UIDs are not subject to this.
        """
        if not maximum:
            return bool(self.ranges)
        return any(maximum < low < STAR or maximum < high < STAR for low, high in self.ranges)

    def resolve(self, maximum: int) -> tuple[Range, ...]:
        """Sorted, disjoint, non-adjacent ranges with `*` replaced by `maximum`; `*` names nothing when that is 0.

        `n:*` with n beyond `maximum` is `maximum:n`: "*:n" and "n:*" always reach the last message (RFC 3501 §6.4.8).
        """
        resolved: list[Range] = []
        for low, high in self.ranges:
            if high < STAR:
                resolved.append((low, high))
            elif maximum:
                resolved.append((maximum, maximum) if low == STAR else (min(low, maximum), max(low, maximum)))
        return merged(resolved)

    def contains(self, number: int, maximum: int) -> bool:
        """Whether `number` is in the set, `maximum` being what `*` stands for. For many numbers use `select`."""
        return any(low <= number <= high for low, high in self.resolve(maximum))

    def select(self, existing: Sequence[int]) -> Sequence[int]:
        """The members of `existing` (strictly ascending) that are in the set, in ascending order.

        `*` stands for the last one. Numbers that do not exist are silently left out. The cost is two binary searches
        per range plus the size of the answer; for `1:*` the argument itself is returned.
        """
        if not existing or self.is_all:
            return existing
        selected: list[int] = []
        for low, high in self.resolve(existing[-1]):
            start = bisect_left(existing, low)
            selected.extend(existing[start : bisect_right(existing, high, start)])
        return selected

    def count(self, maximum: int) -> int:
        """How many numbers the set names, whether they exist or not."""
        return sum(high - low + 1 for low, high in self.resolve(maximum))

    def to_bytes(self) -> bytes:
        """The set as it is written on the wire, ranges in their own order."""
        if self.saved:
            return b"$"
        return b",".join(_range_to_bytes(low, high) for low, high in self.ranges)


@dataclass(frozen=True, slots=True)
class PartialRange:
    """`first:last` of RFC 9394: positions in a result, counted from 1 at its start or, negative, from -1 at its end."""

    first: int
    last: int

    def bounds(self, size: int) -> tuple[int, int]:
        """The half-open slice of a result of `size` entries; empty slices are (0, 0)."""
        low, high = sorted((abs(self.first), abs(self.last)))
        if low > size:
            return 0, 0
        high = min(high, size)
        return (low - 1, high) if self.first > 0 else (size - high, size - low + 1)

    def to_bytes(self) -> bytes:
        return b"%d:%d" % (self.first, self.last)


def merged(ranges: Iterable[Range]) -> tuple[Range, ...]:
    """The same numbers as sorted ranges that neither overlap nor touch."""
    result: list[Range] = []
    for low, high in sorted(ranges):
        if result and low <= result[-1][1] + 1:
            if high > result[-1][1]:
                result[-1] = (result[-1][0], high)
        else:
            result.append((low, high))
    return tuple(result)


def ranges_of(numbers: Iterable[int]) -> list[Range]:
    """Runs of consecutive ascending numbers, in the order given; nothing is sorted, and only direct repeats vanish."""
    result: list[Range] = []
    low = high = -1
    for number in numbers:
        if number == high + 1 and low >= 0:
            high = number
        elif number != high:
            if low >= 0:
                result.append((low, high))
            low = high = number
    if low >= 0:
        result.append((low, high))
    return result


def format_set(numbers: Iterable[int]) -> bytes:
    """`1:3,7` of any numbers: sorted, repeats removed. Empty for none, which is no sequence-set: do not send it."""
    return format_ordered_set(sorted(set(numbers)))


def format_ordered_set(numbers: Iterable[int]) -> bytes:
    """As `format_set`, but in the order given, ascending runs compressed: what pairs the two sets of COPYUID.

    "The source UID set is in the order the message(s) were copied; the destination UID set corresponds to the source
    UID set and is in the same order" (RFC 4315 §3). Numbers must not repeat.
    """
    return b",".join(_range_to_bytes(low, high) for low, high in ranges_of(numbers))


def format_paired_sets(pairs: Iterable[tuple[int, int]]) -> tuple[bytes, bytes]:
    """The two sets of COPYUID for (source, destination) pairs: the n-th numbers of both belong together.

    Pairs are sorted by source, so both sets read in one order, whatever order the pairs were copied in.
    """
    ordered = sorted(pairs)
    return format_ordered_set(s for s, _ in ordered), format_ordered_set(d for _, d in ordered)


def _range_to_bytes(low: int, high: int) -> bytes:
    if low == high:
        return b"*" if low == STAR else b"%d" % low
    return b"%d:*" % low if high == STAR else b"%d:%d" % (low, high)
