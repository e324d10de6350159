"""Writing commands: parts become the octets of one command line, cut where a literal has to wait.

What a case writes as a part is sent as it is; only accidents are stopped (a CR in an atom would be two commands).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from mailproof_suites.clients.errors import HarnessError

_SAFE_ATOM = re.compile(rb"[A-Za-z0-9!#$&'+,\-./:;<=>?@\[\]^_`|}~]+")
_FORBIDDEN = re.compile(rb"[\r\n\x00]")


@dataclass(frozen=True, slots=True)
class Literal:
    """A string to be sent as a literal: ``{n}`` and a wait for the continuation, or ``{n+}`` when not ``sync``.

    ``binary`` writes ``~{n}`` (RFC 3516).
    """

    data: bytes
    sync: bool = True
    binary: bool = False

    def header(self) -> bytes:
        """``{n}`` with its CRLF."""
        return b"%s{%d%s}\r\n" % (b"~" if self.binary else b"", len(self.data), b"" if self.sync else b"+")


Part: TypeAlias = "str | bytes | int | Literal | Sequence[Part]"
"""A piece of a command; a list or tuple is sent in parentheses."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Octets to send at once; ``waits`` when a continuation must come before the next chunk."""

    data: bytes
    waits: bool


def encode(tag: bytes, parts: Iterable[Part]) -> list[Chunk]:
    """The chunks of ``tag SP part SP part … CRLF``. Raises HarnessError for CR, LF or NUL outside literals."""
    chunks: list[Chunk] = []
    pending = bytearray(tag)
    for part in parts:
        pending += b" "
        _write(part, pending, chunks)
    pending += b"\r\n"
    chunks.append(Chunk(bytes(pending), waits=False))
    return chunks


def _write(part: Part, pending: bytearray, chunks: list[Chunk]) -> None:
    if isinstance(part, Literal):
        pending += part.header()
        if part.sync:
            chunks.append(Chunk(bytes(pending), waits=True))
            pending.clear()
        pending += part.data
    elif isinstance(part, (str, bytes, int)):
        data = part if isinstance(part, bytes) else str(part).encode()
        bad = _FORBIDDEN.search(data)
        if bad:
            raise HarnessError(f"{bad[0]!r} outside a literal in {data[:80]!r}; send_raw says it on purpose")
        pending += data
    else:
        pending += b"("
        for index, inner in enumerate(part):
            if index:
                pending += b" "
            _write(inner, pending, chunks)
        pending += b")"


def quoted(value: str | bytes) -> bytes:
    """``value`` as a quoted string. Raises HarnessError for CR, LF or NUL, which no quoted string can hold."""
    data = value.encode() if isinstance(value, str) else value
    if _FORBIDDEN.search(data):
        raise HarnessError(f"no quoted string can hold {data[:80]!r}")
    return b'"' + data.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def astring(value: str | bytes) -> bytes | Literal:
    """``value`` as an atom where it can be one, else quoted, else (8-bit, CR, LF) as a literal."""
    data = value.encode() if isinstance(value, str) else value
    if _SAFE_ATOM.fullmatch(data) and data.upper() != b"NIL":
        return data
    if data.isascii() and not _FORBIDDEN.search(data):
        return quoted(data)
    return Literal(data)


def command_name(parts: Sequence[Part]) -> str:
    """The verb in capitals; ``UID FETCH`` is one name."""
    words: list[str] = []
    for part in parts[:2]:
        if not isinstance(part, (str, bytes)):
            break
        words.extend((part if isinstance(part, str) else part.decode("latin-1")).split())
    words = [word.upper() for word in words]
    return " ".join(words[: 2 if words[:1] == ["UID"] else 1])
