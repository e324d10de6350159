"""STATUS (RFC 3501 §6.3.10, RFC 9051 §6.3.11) and its items, which LIST RETURN (STATUS …) shares (RFC 5819)."""

from __future__ import annotations

from dataclasses import dataclass

from mailproof_server.wire.imap.errors import WireError
from mailproof_server.wire.imap.parse import Parser

#: Items by their origin: RFC 3501; DELETED and SIZE RFC 9051; then RFC 7162, 7889, 8474 and 9208.
STATUS_ITEMS = frozenset(
    {
        b"MESSAGES",
        b"RECENT",
        b"UIDNEXT",
        b"UIDVALIDITY",
        b"UNSEEN",
        b"DELETED",
        b"SIZE",
        b"HIGHESTMODSEQ",
        b"APPENDLIMIT",
        b"MAILBOXID",
        b"DELETED-STORAGE",
    }
)


@dataclass(frozen=True, slots=True)
class StatusArgs:
    """`items` (from `STATUS_ITEMS`) are distinct and in the client's order."""

    mailbox: str
    items: tuple[bytes, ...]


def parse_status(parser: Parser) -> StatusArgs:
    """The arguments of STATUS."""
    parser.sp()
    mailbox = parser.mailbox()
    parser.sp()
    items = status_items(parser)
    parser.end()
    return StatusArgs(mailbox, items)


def status_items(parser: Parser) -> tuple[bytes, ...]:
    """`"(" status-att *(SP status-att) ")"`."""

    def item() -> bytes:
        name = parser.keyword()
        if name not in STATUS_ITEMS:
            raise WireError("unknown STATUS item")
        return name

    return tuple(dict.fromkeys(parser.parenthesised(item)))
