"""Sequence sets: their algebra against plain Python sets, and the forms that COPYUID and ESEARCH need."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailproof_server.wire.imap.errors import WireError
from mailproof_server.wire.imap.parse import Parser
from mailproof_server.wire.imap.sequence import (
    STAR,
    PartialRange,
    SequenceSet,
    format_ordered_set,
    format_paired_sets,
    format_set,
    merged,
)


def parsed(text: bytes) -> SequenceSet:
    parser = Parser(text)
    sequence = parser.sequence_set()
    parser.end()
    return sequence


@pytest.mark.parametrize(
    ("text", "ranges"),
    [
        (b"1", ((1, 1),)),
        (b"*", ((STAR, STAR),)),
        (b"1:*", ((1, STAR),)),
        (b"*:1", ((1, STAR),)),
        (b"*:*", ((STAR, STAR),)),
        (b"4:2", ((2, 4),)),
        (b"2,4:7,9,12:*", ((2, 2), (4, 7), (9, 9), (12, STAR))),
        (b"4294967295", ((4294967295, 4294967295),)),
        (b"3,2,1,1", ((3, 3), (2, 2), (1, 1), (1, 1))),
    ],
)
def test_sets(text: bytes, ranges: tuple[tuple[int, int], ...]) -> None:
    assert parsed(text).ranges == ranges


@pytest.mark.parametrize(
    "text",
    [
        b"", b"0", b"0:1", b"1:0", b"01", b",", b"1,", b",1", b"1,,2", b"1:", b":1", b"1:2:3", b"**", b"1*", b"a",
        b"4294967296", b"4294967297", b"1:4294967296", b"9999999999", b"99999999999", b"-1", b"$,1", b"1,$", b"$:1",
        b" 1", b"1 ",
    ],
)  # fmt: skip
def test_what_is_no_set(text: bytes) -> None:
    with pytest.raises(WireError):
        parsed(text)


def test_the_saved_result() -> None:
    assert parsed(b"$").saved
    assert parsed(b"$").to_bytes() == b"$"
    with pytest.raises(WireError):
        Parser(b"$").sequence_set(allow_saved=False)


@pytest.mark.parametrize("text", [b"*", b"1:*", b"2:*", b"1,*"])
def test_star_is_refused_where_only_known_uids_may_stand(text: bytes) -> None:
    with pytest.raises(WireError):
        Parser(text).sequence_set(allow_star=False)


@pytest.mark.parametrize(
    ("text", "maximum", "resolved"),
    [
        (b"*", 5, ((5, 5),)),
        (b"*", 0, ()),
        (b"1:*", 0, ()),
        (b"2:*", 5, ((2, 5),)),
        (b"3291:*", 17, ((17, 3291),)),  # RFC 9051 §9: "includes the UID of the last message in the mailbox"
        (b"5:7,1:2,3,9", 99, ((1, 3), (5, 7), (9, 9))),
        (b"1:4,3:6", 99, ((1, 6),)),
    ],
)
def test_resolution_of_star(text: bytes, maximum: int, resolved: tuple[tuple[int, int], ...]) -> None:
    assert parsed(text).resolve(maximum) == resolved


@pytest.mark.parametrize(
    ("text", "maximum", "exceeds"),
    [
        (b"1:3", 3, False),
        (b"1:4", 3, True),
        (b"4", 3, True),
        (b"*", 3, False),
        (b"1:*", 3, False),
        (b"3:*", 3, False),
        (b"4:*", 3, True),
        (b"*", 0, True),
        (b"1:*", 0, True),
        (b"$", 0, False),
    ],
)
def test_message_numbers_beyond_the_last_message(text: bytes, maximum: int, exceeds: bool) -> None:
    assert parsed(text).exceeds(maximum) is exceeds


def test_a_set_of_four_thousand_million_costs_nothing() -> None:
    everything = parsed(b"1:4294967295,2:4294967294")
    assert everything.select([7, 9]) == [7, 9]
    assert everything.count(0) == 4294967295


def test_all_of_them_is_the_argument_itself() -> None:
    uids = [1, 5, 9]
    assert parsed(b"1:*").select(uids) is uids


NUMBERS = st.integers(1, 60)
TOKENS = st.one_of(
    NUMBERS.map(str),
    st.just("*"),
    st.tuples(NUMBERS.map(str) | st.just("*"), NUMBERS.map(str) | st.just("*")).map(":".join),
)


def members(text: str, maximum: int) -> set[int]:
    """The definition, spelt out."""
    result: set[int] = set()
    for token in text.split(","):
        ends = [maximum if end == "*" else int(end) for end in token.split(":")]
        if maximum or "*" not in token:
            result |= set(range(min(ends), max(ends) + 1))
    return result


@given(st.lists(TOKENS, min_size=1, max_size=8).map(",".join), st.sets(NUMBERS))
@settings(max_examples=200, deadline=None)
def test_sets_mean_what_they_say(text: str, existing: set[int]) -> None:
    sequence = parsed(text.encode())
    ascending = sorted(existing)
    maximum = ascending[-1] if ascending else 0
    meaning = members(text, maximum)
    assert list(sequence.select(ascending)) == sorted(meaning & existing)
    assert sequence.count(maximum) == len(meaning)
    assert all(sequence.contains(number, maximum) is (number in meaning) for number in range(1, 62))
    resolved = sequence.resolve(maximum)
    assert merged(resolved) == resolved
    assert parsed(sequence.to_bytes()) == sequence


@given(st.lists(st.integers(1, 2**32 - 1) | NUMBERS, min_size=1))
@settings(max_examples=200, deadline=None)
def test_compression_keeps_the_members(numbers: list[int]) -> None:
    text = format_set(numbers)
    ranges = parsed(text).ranges
    assert ranges == merged(ranges)
    assert parsed(text) == SequenceSet.of(numbers)
    assert sum(high - low + 1 for low, high in ranges) == len(set(numbers))
    assert all(SequenceSet(ranges).contains(number, 0) for number in numbers)


def expand(text: bytes) -> list[int]:
    result: list[int] = []
    for token in text.split(b","):
        low, _, high = token.partition(b":")
        result.extend(range(int(low), int(high or low) + 1))
    return result


@given(st.lists(NUMBERS, min_size=1, unique=True))
@settings(max_examples=200, deadline=None)
def test_ordered_sets_keep_their_order(numbers: list[int]) -> None:
    assert expand(format_ordered_set(numbers)) == numbers


@given(st.lists(NUMBERS, min_size=1, unique=True).flatmap(lambda n: st.tuples(st.just(n), st.permutations(n))))
@settings(max_examples=100, deadline=None)
def test_paired_sets_pair(both: tuple[list[int], list[int]]) -> None:
    sources, destinations = both
    pairs = list(zip(sources, destinations, strict=True))
    left, right = format_paired_sets(pairs)
    assert set(zip(expand(left), expand(right), strict=True)) == set(pairs)


def test_set_forms() -> None:
    assert format_set([]) == b""
    assert format_set([7, 1, 2, 3, 5, 5]) == b"1:3,5,7"
    assert format_ordered_set([3, 4, 2, 1, 9, 10]) == b"3:4,2,1,9:10"
    assert format_paired_sets([(304, 3956), (319, 3957), (320, 3958)]) == (b"304,319:320", b"3956:3958")


@pytest.mark.parametrize(
    ("text", "value", "size", "bounds"),
    [
        (b"1:500", PartialRange(1, 500), 1000, (0, 500)),
        (b"500:1", PartialRange(500, 1), 1000, (0, 500)),
        (b"501:1000", PartialRange(501, 1000), 600, (500, 600)),
        (b"24000:24500", PartialRange(24000, 24500), 23764, (0, 0)),
        (b"-1:-100", PartialRange(-1, -100), 1000, (900, 1000)),
        (b"-100:-1", PartialRange(-100, -1), 30, (0, 30)),
        (b"-101:-200", PartialRange(-101, -200), 150, (0, 50)),
        (b"-5:-6", PartialRange(-5, -6), 4, (0, 0)),
        (b"1:1", PartialRange(1, 1), 0, (0, 0)),
    ],
)
def test_partial_ranges(text: bytes, value: PartialRange, size: int, bounds: tuple[int, int]) -> None:
    parser = Parser(text)
    assert parser.partial_range() == value
    parser.end()
    assert value.bounds(size) == bounds
    assert value.to_bytes() == text


@pytest.mark.parametrize("text", [b"0:1", b"1:-1", b"-1:1", b"1", b"1:*", b"-0:-1", b"4294967296:1", b""])
def test_what_is_no_partial_range(text: bytes) -> None:
    with pytest.raises(WireError):
        Parser(text).partial_range()
