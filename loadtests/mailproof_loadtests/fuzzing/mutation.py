"""Spoiling octets: flipped, inserted, cut, doubled, swapped, with extreme numbers, 8-bit, NUL and huge runs."""

import re
from random import Random

NASTY = (
    b"\0", b"\r", b"\n", b"\r\n", b"\r\n.\r\n", b"\n.\n", b"\t", b"\x7f", b"\x80", b"\xff\xfe", b"\xc3\xa9",
    b"\xed\xa0\x80", b'"', b"\\", b'\\"', b"(", b")", b"((((((((", b"))))", b"[", b"]", b"<", b">", b"{", b"}",
    b"{3}", b"{3+}\r\n", b"~{4+}\r\n", b"{0}\r\n", b"*", b"%", b"$", b"+", b"&", b"&AAA-", b"=?utf-8?q?=00?=", b" ",
    b"          ", b"NIL", b"-1",
)  # fmt: skip
NUMBERS = (b"0", b"1", b"7", b"255", b"65536", b"4294967295", b"4294967296", b"9223372036854775807", b"1" * 30, b"")
_NUMBER = re.compile(rb"[0-9]+")
HUGE = 70_000
"""Longer than a line may be with any server that we know."""


def mutated(rng: Random, octets: bytes) -> bytes:
    """`octets` after one to three accidents."""
    for _ in range(1 if rng.random() < 0.7 else rng.randint(2, 3)):
        octets = _ACCIDENTS[int(rng.random() * len(_ACCIDENTS))](rng, octets)
    return octets


def _flip(rng: Random, octets: bytes) -> bytes:
    changed = bytearray(octets)
    for _ in range(rng.randint(1, 3)):
        if changed:
            changed[int(rng.random() * len(changed))] = int(rng.random() * 256)
    return bytes(changed)


def _insert(rng: Random, octets: bytes) -> bytes:
    at = int(rng.random() * (len(octets) + 1))
    return octets[:at] + rng.choice(NASTY) + octets[at:]


def _delete(rng: Random, octets: bytes) -> bytes:
    start, end = _slice(rng, octets)
    return octets[:start] + octets[end:]


def _double(rng: Random, octets: bytes) -> bytes:
    start, end = _slice(rng, octets)
    return octets[:end] + octets[start:end] * rng.choice((1, 1, 1, 2, 20)) + octets[end:]


def _cut(rng: Random, octets: bytes) -> bytes:
    return octets[: int(rng.random() * len(octets))]


def _cut_and_end(rng: Random, octets: bytes) -> bytes:
    return octets[: int(rng.random() * len(octets))] + b"\r\n"


def _swap(rng: Random, octets: bytes) -> bytes:
    start, end = _slice(rng, octets)
    middle = (start + end) // 2
    return octets[:start] + octets[middle:end] + octets[start:middle] + octets[end:]


def _number(rng: Random, octets: bytes) -> bytes:
    found = list(_NUMBER.finditer(octets))
    if not found:
        return octets
    match = rng.choice(found)
    return octets[: match.start()] + rng.choice(NUMBERS) + octets[match.end() :]


def _case(rng: Random, octets: bytes) -> bytes:
    return octets.swapcase()


def _twice(rng: Random, octets: bytes) -> bytes:
    return octets + octets


def _huge(rng: Random, octets: bytes) -> bytes:
    """Rarely, because it costs as much as a hundred others."""
    if rng.random() > 0.02:
        return _flip(rng, octets)
    at = int(rng.random() * (len(octets) + 1))
    return octets[:at] + rng.choice((b"A", b"(", b"\\", b'"', b" ", b"\xff", b"1:2,")) * HUGE + octets[at:]


def _slice(rng: Random, octets: bytes) -> tuple[int, int]:
    start = int(rng.random() * (len(octets) + 1))
    return start, min(len(octets), start + 1 + int(rng.random() ** 2 * 24))


_ACCIDENTS = (
    _flip, _flip, _insert, _insert, _delete, _double, _cut, _cut_and_end, _swap, _number, _case, _twice, _huge,
)  # fmt: skip
