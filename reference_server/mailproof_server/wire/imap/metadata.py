"""GETMETADATA and SETMETADATA (RFC 5464)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mailproof_server.wire.imap.errors import WireError
from mailproof_server.wire.imap.parse import Parser

# "MUST NOT contain two consecutive "/" characters and MUST NOT end with a "/" character", no wildcards, no octets
# below 0x1a, ASCII only (§3.2). That a name begins with /private or /shared is how the two scopes are told apart.
_ENTRY_NAME = re.compile(rb"/(?:private|shared)(?:/[\x1a-\x24\x26-\x29\x2b-\x2e\x30-\x7f]+)*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class GetMetadataArgs:
    """`mailbox` is "" for the server's own entries; `entries` are distinct, in lower case ("case-insensitive").

    `max_size_bytes`: longer values are left out; None for no limit. `depth`: how many levels below each entry are
    wanted: 0, 1, or None for "infinity".
    """

    mailbox: str
    entries: tuple[str, ...]
    max_size_bytes: int | None = None
    depth: int | None = 0


@dataclass(frozen=True, slots=True)
class SetMetadataArgs:
    """`entries` are (name in lower case, value); the value None removes the entry. The last of a repeated name wins."""

    mailbox: str
    entries: tuple[tuple[str, bytes | None], ...]


def parse_get_metadata(parser: Parser) -> GetMetadataArgs:
    """The arguments of GETMETADATA.

    The formal syntax has the options before the mailbox, the examples of §4.2 after it; clients do both.
    """
    parser.sp()
    options: _Options | None = None
    if parser.peek(b"("):
        options = _options(parser)
        parser.sp()
    mailbox = parser.mailbox()
    parser.sp()
    if options is None and parser.peek(b"(") and parser.text[parser.pos + 1 : parser.pos + 2].isalpha():
        options = _options(parser)
        parser.sp()
    names = parser.one_or_parenthesised(lambda: entry_name(parser))
    parser.end()
    options = options or _Options()
    return GetMetadataArgs(mailbox, tuple(dict.fromkeys(names)), options.max_size_bytes, options.depth)


def parse_set_metadata(parser: Parser) -> SetMetadataArgs:
    """The arguments of SETMETADATA."""
    parser.sp()
    mailbox = parser.mailbox()
    parser.sp()

    def pair() -> tuple[str, bytes | None]:
        name = entry_name(parser)
        parser.sp()
        return name, _value(parser)

    pairs = parser.parenthesised(pair)
    parser.end()
    return SetMetadataArgs(mailbox, tuple(dict(pairs).items()))


def entry_name(parser: Parser) -> str:
    """`entry`, in lower case: "Invalid entry names result in a BAD response in any IMAP command"."""
    name = parser.astring()
    if _ENTRY_NAME.fullmatch(name) is None:
        raise WireError("invalid metadata entry name")
    return name.decode("ascii").lower()


@dataclass(frozen=True, slots=True)
class _Options:
    max_size_bytes: int | None = None
    depth: int | None = 0


def _options(parser: Parser) -> _Options:
    max_size_bytes: int | None = None
    depth: int | None = 0

    def option() -> None:
        nonlocal max_size_bytes, depth
        name = parser.keyword()
        parser.sp()
        if name == b"MAXSIZE":
            max_size_bytes = parser.number()
        elif name == b"DEPTH":
            word = parser.keyword()
            if word not in _DEPTHS:
                raise WireError("DEPTH must be 0, 1 or infinity")
            depth = _DEPTHS[word]
        else:
            raise WireError("unknown GETMETADATA option")

    parser.parenthesised(option)
    return _Options(max_size_bytes, depth)


_DEPTHS: dict[bytes, int | None] = {b"0": 0, b"1": 1, b"INFINITY": None}


def _value(parser: Parser) -> bytes | None:
    """`value = nstring / literal8`."""
    if parser.peek(b"~"):
        return parser.literal(allow_binary=True)[0]
    return parser.nstring()
