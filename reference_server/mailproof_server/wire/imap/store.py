"""STORE, COPY, MOVE, UID EXPUNGE: what is done to a set of messages (RFC 3501 §6.4.6-7, RFC 6851, RFC 4315 §2.1)."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass

from mailproof_server.wire.imap.errors import WireError
from mailproof_server.wire.imap.parse import Parser, distinct_flags
from mailproof_server.wire.imap.sequence import SequenceSet

_ITEM = re.compile(rb"([+-]?)FLAGS(\.SILENT)?(?= )", re.IGNORECASE)


class StoreMode(enum.Enum):
    """FLAGS, +FLAGS, -FLAGS."""

    REPLACE = "replace"
    ADD = "add"
    REMOVE = "remove"


_MODES = {b"": StoreMode.REPLACE, b"+": StoreMode.ADD, b"-": StoreMode.REMOVE}


@dataclass(frozen=True, slots=True)
class StoreArgs:
    r"""`flags` are distinct, system flags in their usual spelling, without `\Recent`; there may be none.

    `unchanged_since` is None without the modifier; 0 is a value of its own, which no message with a changed flag meets.
    """

    sequence: SequenceSet
    mode: StoreMode
    silent: bool
    flags: tuple[bytes, ...]
    unchanged_since: int | None = None


@dataclass(frozen=True, slots=True)
class CopyArgs:
    """COPY and MOVE: `mailbox` is the decoded name of the destination."""

    sequence: SequenceSet
    mailbox: str


def parse_store(parser: Parser) -> StoreArgs:
    """The arguments of STORE and UID STORE."""
    parser.sp()
    sequence = parser.sequence_set()
    parser.sp()
    unchanged_since = None
    if parser.take(b"("):
        # "Only a single "UNCHANGEDSINCE" may be specified in a STORE operation" (RFC 7162 §7).
        if parser.keyword() != b"UNCHANGEDSINCE":
            raise WireError("unknown STORE modifier")
        parser.sp()
        unchanged_since = parser.number64()
        parser.expect(b")")
        parser.sp()
    match = _ITEM.match(parser.text, parser.pos)
    if match is None:
        raise WireError("unknown STORE data item")
    parser.pos = match.end()
    parser.sp()
    if parser.peek(b"("):
        flags = parser.flag_list()
    else:
        listed = [parser.flag()]
        while not parser.at_end():
            parser.sp()
            listed.append(parser.flag())
        flags = distinct_flags(listed)
    parser.end()
    return StoreArgs(sequence, _MODES[match[1]], match[2] is not None, flags, unchanged_since)


def parse_copy(parser: Parser) -> CopyArgs:
    """The arguments of COPY, MOVE and their UID forms."""
    parser.sp()
    sequence = parser.sequence_set()
    parser.sp()
    mailbox = parser.mailbox()
    parser.end()
    return CopyArgs(sequence, mailbox)


def parse_uid_expunge(parser: Parser) -> SequenceSet:
    """The argument of UID EXPUNGE."""
    parser.sp()
    uids = parser.sequence_set()
    parser.end()
    return uids
