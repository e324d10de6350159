"""Values to the bytes of responses: strings, flags, sets, dates and the lines built of them (RFC 3501 §7 and §9).

Everything here is called once per message or per folder at most; whoever writes thousands of lines formats the constant
parts once and joins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from mailproof_server.wire.imap.dates import format_date_time
from mailproof_server.wire.imap.names import encode_mailbox
from mailproof_server.wire.imap.sequence import format_ordered_set, format_paired_sets, format_set

__all__ = [
    "ThreadNode",
    "astring",
    "capability",
    "esearch",
    "fetch_line",
    "flag_list",
    "format_date_time",
    "format_ordered_set",
    "format_paired_sets",
    "format_set",
    "list_line",
    "literal",
    "literal8",
    "mailbox",
    "nstring",
    "number_list",
    "numbers",
    "quote",
    "response_code",
    "status_line",
    "threads",
]

_PLAIN = re.compile(rb"[\x01-\x09\x0b\x0c\x0e-\x21\x23-\x5b\x5d-\x7f]*")
_QUOTABLE = re.compile(rb"[^\x00\r\n\x80-\xff]*")
_QUOTABLE_UTF8 = re.compile(rb"[^\x00\r\n]*")
_ASTRING_ATOM = re.compile(rb'[^\x00-\x20\x7f-\xff(){%*"\\]+')
# Longer strings are sent as literals: clients with line buffers survive, and a literal is not searched for quotes.
_MAX_QUOTED_BYTES = 1024


def quote(value: bytes, *, utf8: bool = False) -> bytes:
    """`string`: quoted where the grammar allows it and the string is short, a literal otherwise.

    With `utf8` (IMAP4rev2 or UTF8=ACCEPT enabled) valid UTF-8 may be quoted; otherwise 8-bit text makes a literal.
    """
    if len(value) <= _MAX_QUOTED_BYTES:
        if _PLAIN.fullmatch(value):
            return b'"' + value + b'"'
        if _QUOTABLE.fullmatch(value) or (utf8 and _QUOTABLE_UTF8.fullmatch(value) and _is_utf8(value)):
            return b'"' + value.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'
    return literal(value)


def nstring(value: bytes | None, *, utf8: bool = False) -> bytes:
    """`nstring`: None is NIL, which is not the empty string."""
    return b"NIL" if value is None else quote(value, utf8=utf8)


def astring(value: bytes, *, utf8: bool = False) -> bytes:
    """`astring`: an atom where possible; NIL is quoted, because there are clients that take the atom for no string."""
    if _ASTRING_ATOM.fullmatch(value) and value.upper() != b"NIL":
        return value
    return quote(value, utf8=utf8)


def literal(value: bytes) -> bytes:
    """`literal`. NUL, which no literal may hold ("CHAR8 = any OCTET except NUL"), becomes 0x80, so sizes stay true."""
    if b"\0" in value:
        value = value.replace(b"\0", b"\x80")
    return b"{%d}\r\n" % len(value) + value


def literal8(value: bytes) -> bytes:
    """`literal8` (RFC 3516 §4.2, RFC 9051 §9), which may hold any octet."""
    return b"~{%d}\r\n" % len(value) + value


def mailbox(name: str, *, utf8: bool) -> bytes:
    """`mailbox`: a folder name in the session's encoding, as an astring."""
    return astring(encode_mailbox(name, utf8=utf8), utf8=utf8)


def flag_list(flags: Iterable[bytes]) -> bytes:
    r"""`(\Seen $Forwarded)`."""
    return b"(" + b" ".join(flags) + b")"


def number_list(items: Iterable[tuple[bytes, int]]) -> bytes:
    """`(NAME 1 OTHER 2)`, the form of STATUS and of quota resources without a limit."""
    return b"(" + b" ".join([b"%b %d" % item for item in items]) + b")"


def numbers(values: Iterable[int]) -> bytes:
    """`2 84 882`: the numbers of SEARCH and SORT responses, in the order given."""
    return " ".join(map(str, values)).encode("ascii")


@dataclass(slots=True)
class ThreadNode:
    """A message in a thread; `number` is None for a root whose message is not here (it has two children or more)."""

    number: int | None
    children: list[ThreadNode] = field(default_factory=list)


def threads(roots: Iterable[ThreadNode]) -> bytes:
    """`(2)(3 6 (4 23)(44 7 96))`: the lists of a THREAD response (RFC 5256 §4).

    An only child follows its parent in the same list, so threads of any depth are written without recursion.
    """
    parts: list[bytes] = []
    # What is still to be written, last first: a node opens a list of its own, bytes are themselves.
    pending: list[ThreadNode | bytes] = [*roots]
    pending.reverse()
    while pending:
        node = pending.pop()
        if isinstance(node, bytes):
            parts.append(node)
            continue
        parts.append(b"(")
        members: list[int] = []
        while True:
            if node.number is not None:
                members.append(node.number)
            if len(node.children) != 1:
                break
            node = node.children[0]
        parts.append(numbers(members))
        pending.append(b")")
        if node.children:
            if members:
                parts.append(b" ")
            pending.extend(reversed(node.children))
    return b"".join(parts)


def response_code(name: bytes, argument: bytes = b"") -> bytes:
    """`[NAME argument]`, the brackets included."""
    return b"[%b %b]" % (name, argument) if argument else b"[%b]" % name


def capability(names: Sequence[bytes]) -> bytes:
    """`CAPABILITY IMAP4rev1 …`: as an untagged response after `* `, or as a response code inside brackets."""
    return b"CAPABILITY " + b" ".join(names)


def fetch_line(number: int, items: Iterable[bytes]) -> bytes:
    """`* 23 FETCH (FLAGS (\\Seen) UID 4827313)` with its CRLF; each item is a name, SP and value already."""
    return b"* %d FETCH (%b)\r\n" % (number, b" ".join(items))


def list_line(
    attributes: Iterable[bytes],
    separator: str | None,
    name: str,
    *,
    utf8: bool,
    command: bytes = b"LIST",
    extended: bytes = b"",
) -> bytes:
    """A LIST (or LSUB) response with its CRLF; `extended` is the parenthesised extended data, if any."""
    delimiter = b"NIL" if separator is None else quote(separator.encode("ascii"))
    line = b"* %b %b %b %b" % (command, flag_list(attributes), delimiter, mailbox(name, utf8=utf8))
    return line + (b" " + extended if extended else b"") + b"\r\n"


def status_line(name: str, items: Iterable[tuple[bytes, bytes]], *, utf8: bool) -> bytes:
    """`* STATUS blurdybloop (MESSAGES 231 UIDNEXT 44292)` with its CRLF; values are formatted already."""
    return b"* STATUS %b (%b)\r\n" % (mailbox(name, utf8=utf8), b" ".join([b"%b %b" % item for item in items]))


def esearch(tag: bytes | None, *, uid: bool, items: Iterable[tuple[bytes, bytes]] = ()) -> bytes:
    """`* ESEARCH (TAG "A285") UID MIN 7 COUNT 17` with its CRLF (RFC 4731 §3.1); values are formatted already.

    `tag` is None only when no command caused the response: that is what a missing correlator says (RFC 9051 §7.3.4).
    """
    parts = [b"* ESEARCH"]
    if tag is not None:
        parts.append(b"(TAG %b)" % quote(tag))
    if uid:
        parts.append(b"UID")
    parts.extend(b"%b %b" % item for item in items)
    return b" ".join(parts) + b"\r\n"


def _is_utf8(value: bytes) -> bool:
    try:
        value.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
