"""What `stream.CommandReader` reports about the bytes it was fed: one value per event (RFC 3501 §2.2.1)."""

from __future__ import annotations

import enum
from typing import Final

import msgspec


class NeedData(enum.Enum):
    """The answer of `next_event` when more bytes must be fed first."""

    NEED_DATA = "need data"


NEED_DATA: Final = NeedData.NEED_DATA


class CommandLine(msgspec.Struct, frozen=True):
    """One whole command.

    `tag` as sent; `name` in upper case, with its UID prefix where there is one (`b"UID FETCH"`);
    `text` is everything after the name, from the SP before the first argument on (empty without arguments), in which
    each literal is represented by its announcement and CRLF; `literals` are their octets in order.
    """

    tag: bytes
    name: bytes
    text: bytes
    literals: tuple[bytes, ...] = ()


class Continuation(msgspec.Struct, frozen=True):
    """A literal was announced: call `accept_literal` (after writing `+ ` if `synchronising`) or `refuse_literal`.

    Handed out for every synchronising literal, and for every literal that carries a message (`is_message`), so that a
    message can be refused before it is sent or held. `text` and `literals` are as in `CommandLine`, so far: `text` ends
    with the announcement and its CRLF.
    """

    tag: bytes
    name: bytes
    text: bytes
    literals: tuple[bytes, ...]
    size_bytes: int
    synchronising: bool
    binary: bool
    is_message: bool


class BadLine(msgspec.Struct, frozen=True):
    """A line that is no command, or breaks a limit; the reader has already arranged to drop the rest of it.

    `tag` is None when none could be read (answer `* BAD`). `status` is the word to answer with, `code` a response code
    without brackets or None. `fatal`: the end of the command cannot be found; say BYE and close.
    """

    tag: bytes | None
    reason: str
    code: bytes | None = None
    status: bytes = b"BAD"
    fatal: bool = False


class RawLine(msgspec.Struct, frozen=True):
    """The line asked for with `expect_raw_line`, without its CRLF."""

    data: bytes


Event = NeedData | CommandLine | Continuation | BadLine | RawLine
