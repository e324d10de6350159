"""The wire log of one case: time, connection, direction and octets, with secrets masked.

Masking works on each connection's whole stream and at reading time, so a secret that is split over many writes, or
registered after it was sent, does not show either.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

SENT = ">"
RECEIVED = "<"
NOTE = "*"

_MASK = b"*"
_LITERAL_TAIL = re.compile(rb"\{(\d+)[+-]?\}\r\n\Z")
# A SASL answer is at most 12288 octets (RFC 4954 section 4); longer runs of base64 are message content.
_BASE64_TOKEN = re.compile(rb"(?<![A-Za-z0-9+/=])[A-Za-z0-9+/]{4,12288}={0,2}(?![A-Za-z0-9+/=])")
_LONG_ENTRY_OCTETS = 2048
_LONG_LITERAL_OCTETS = 512
_SHOWN_OCTETS = 160


@dataclass(frozen=True, slots=True)
class Entry:
    """One piece of traffic: ``at_s`` seconds after the transcript began; ``direction`` is ``>``, ``<`` or ``*``."""

    at_s: float
    connection: str
    direction: str
    data: bytes


class Transcript:
    """Collects the traffic of any number of named connections.

    ``max_octets`` bounds the memory of long sessions (load tests): beyond it the oldest entries are dropped, and
    `render` says how many.
    """

    def __init__(self, *, max_octets: int | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began = clock()
        self._entries: list[Entry] = []
        self._secrets: set[bytes] = set()
        self._max_octets = max_octets
        self._held_octets = 0
        self._dropped = 0

    def secret(self, value: str | bytes) -> None:
        """Mask ``value`` wherever it shows: raw, in a quoted string, in base64, inside any base64 blob."""
        raw = value.encode() if isinstance(value, str) else value
        if not raw:
            return
        self._secrets.add(raw)
        self._secrets.add(raw.replace(b"\\", b"\\\\").replace(b'"', b'\\"'))
        self._secrets.add(base64.b64encode(raw).rstrip(b"="))

    def sent(self, connection: str, data: bytes) -> None:
        """Octets that we sent."""
        self._add(connection, SENT, data)

    def received(self, connection: str, data: bytes) -> None:
        """Octets that the server sent."""
        self._add(connection, RECEIVED, data)

    def note(self, connection: str, text: str) -> None:
        """Something that is no traffic: connected, TLS version, closed, waited."""
        self._add(connection, NOTE, text.encode())

    def _add(self, connection: str, direction: str, data: bytes) -> None:
        self._entries.append(Entry(self._clock() - self._began, connection, direction, bytes(data)))
        if self._max_octets is None:
            return
        self._held_octets += len(data)
        while self._held_octets > self._max_octets and len(self._entries) > 1:
            self._held_octets -= len(self._entries.pop(0).data)
            self._dropped += 1

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All entries in the order of time, secrets masked."""
        masked = list(self._entries)
        streams: dict[tuple[str, str], list[int]] = {}
        for index, entry in enumerate(masked):
            streams.setdefault((entry.connection, entry.direction), []).append(index)
        for indexes in streams.values():
            stream = b"".join(masked[index].data for index in indexes)
            hidden = self._mask(stream)
            if hidden is stream:
                continue
            at = 0
            for index in indexes:
                entry = masked[index]
                piece = hidden[at : at + len(entry.data)]
                at += len(entry.data)
                masked[index] = Entry(entry.at_s, entry.connection, entry.direction, piece)
        return tuple(masked)

    def _mask(self, stream: bytes) -> bytes:
        """``stream`` with every secret overwritten by asterisks of the same length."""
        if not self._secrets:
            return stream
        spans = [match.span() for secret in self._secrets for match in re.finditer(re.escape(secret), stream)]
        spans.extend(match.span() for match in _BASE64_TOKEN.finditer(stream) if self._hides_secret(match[0]))
        if not spans:
            return stream
        hidden = bytearray(stream)
        for start, end in spans:
            hidden[start:end] = _MASK * (end - start)
        return bytes(hidden)

    def _hides_secret(self, token: bytes) -> bool:
        try:
            plain = base64.b64decode(token + b"=" * (-len(token) % 4), validate=True)
        except binascii.Error:
            return False
        return any(secret in plain for secret in self._secrets)

    def render(self) -> str:
        """A readable log, one line of text per line of the wire.

        CRLF at a line's end is not shown; any other line end, and octets that are not text, are shown escaped. Long
        literals are cut to their beginning, their length and their SHA-256.
        """
        entries = self.entries
        width = max((len(entry.connection) for entry in entries), default=0)
        lines = []
        if self._dropped:
            lines.append(f"({self._dropped} older entries were dropped)")
        tails: dict[tuple[str, str], bytes] = {}
        for entry in entries:
            stream = (entry.connection, entry.direction)
            head = f"{entry.at_s:9.3f} {entry.connection:<{width}} {entry.direction} "
            literal = _LITERAL_TAIL.search(tails.get(stream, b"")) is not None
            tails[stream] = entry.data[-32:]
            lines.extend(head + text for text in _lines_of(entry, literal=literal))
        return "\n".join(lines) + ("\n" if lines else "")


def _lines_of(entry: Entry, *, literal: bool) -> Iterator[str]:
    data = entry.data
    if entry.direction == NOTE:
        yield data.decode(errors="replace")
        return
    if len(data) > (_LONG_LITERAL_OCTETS if literal else _LONG_ENTRY_OCTETS):
        yield from map(visible, data[:_SHOWN_OCTETS].split(b"\r\n"))
        yield f"… {len(data)} octets in all, sha256 {hashlib.sha256(data).hexdigest()}"
        return
    lines = data.split(b"\r\n")
    if lines[-1] == b"" and len(lines) > 1:
        lines.pop()
        yield from map(visible, lines)
        return
    yield from map(visible, lines[:-1])
    yield visible(lines[-1]) + ("" if literal else "⟨no CRLF⟩")


def visible(data: bytes) -> str:
    """``data`` as text: UTF-8 where it is UTF-8, control characters and stray octets as escapes."""
    text = data.decode("utf-8", errors="backslashreplace")
    return "".join(char if char.isprintable() else _escape(char) for char in text)


def _escape(char: str) -> str:
    known = {"\r": "\\r", "\n": "\\n", "\t": "\\t", "\0": "\\0"}
    return known.get(char) or char.encode("unicode_escape").decode("ascii")
