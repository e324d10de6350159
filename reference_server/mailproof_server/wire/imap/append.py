"""APPEND and REPLACE: messages from the client (RFC 3501 §6.3.11, MULTIAPPEND RFC 3502, RFC 8508, UTF8 RFC 9755 §4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mailproof_server.wire.imap.errors import LiteralPendingError, WireError
from mailproof_server.wire.imap.parse import Parser
from mailproof_server.wire.imap.sequence import STAR
from mailproof_server.wire.imap.stream import Continuation


@dataclass(frozen=True, slots=True)
class AppendMessage:
    r"""One message. `flags` as in STORE; `internal_date` is aware, or None for "now".

    `data` is the very object the reader filled. `binary`: it came as a literal8 and may hold NUL. `utf8`: it came as
    `UTF8 (~{n} …)`, so its headers may hold UTF-8.
    """

    flags: tuple[bytes, ...]
    internal_date: datetime | None
    data: bytes
    binary: bool = False
    utf8: bool = False


@dataclass(frozen=True, slots=True)
class AppendArgs:
    """More than one message with MULTIAPPEND: all are stored or none."""

    mailbox: str
    messages: tuple[AppendMessage, ...]


@dataclass(frozen=True, slots=True)
class ReplaceArgs:
    """`target` is a message number or, with UID, a UID; `sequence.STAR` for `*`."""

    target: int
    mailbox: str
    message: AppendMessage


@dataclass(frozen=True, slots=True)
class AppendHead:
    """What is known of APPEND or REPLACE when a message is announced: enough to refuse it before it is sent.

    `earlier_sizes_bytes`: the messages of the same command that are already here. `target` is None for APPEND.
    """

    mailbox: str
    earlier_sizes_bytes: tuple[int, ...]
    target: int | None = None


def parse_append(parser: Parser) -> AppendArgs:
    """The arguments of APPEND."""
    parser.sp()
    mailbox = parser.mailbox()
    messages = [_message(parser)]
    while not parser.at_end():
        messages.append(_message(parser))
    return AppendArgs(mailbox, tuple(messages))


def parse_replace(parser: Parser) -> ReplaceArgs:
    """The arguments of REPLACE and UID REPLACE."""
    parser.sp()
    target = _target(parser)
    parser.sp()
    mailbox = parser.mailbox()
    message = _message(parser)
    parser.end()
    return ReplaceArgs(target, mailbox, message)


def append_head(event: Continuation, *, utf8: bool, separator: str = "/") -> AppendHead:
    """What precedes the announced message literal (`event.is_message`); `WireError` if that is already wrong."""
    parser = Parser(event.text, event.literals, utf8=utf8, separator=separator)
    parser.sp()
    target = None
    if event.name != b"APPEND":
        target = _target(parser)
        parser.sp()
    mailbox = parser.mailbox()
    sizes: list[int] = []
    while True:
        try:
            sizes.append(len(_message(parser).data))
        except LiteralPendingError:
            return AppendHead(mailbox, tuple(sizes), target)


def _target(parser: Parser) -> int:
    return STAR if parser.take(b"*") else parser.nz_number()


def _message(parser: Parser) -> AppendMessage:
    """`SP [flag-list SP] [date-time SP] (literal / literal8 / "UTF8" SP "(" literal8 ")")`."""
    parser.sp()
    flags: tuple[bytes, ...] = ()
    if parser.peek(b"("):
        flags = parser.flag_list()
        parser.sp()
    internal_date = None
    if parser.peek(b'"'):
        internal_date = parser.date_time()
        parser.sp()
    if not parser.take_keyword(b"UTF8"):
        data, binary = parser.literal(allow_binary=True)
        return AppendMessage(flags, internal_date, data, binary)
    parser.sp()
    parser.expect(b"(")
    data, binary = parser.literal(allow_binary=True)
    if not binary:
        raise WireError("UTF8 needs a literal8")
    parser.expect(b")")
    return AppendMessage(flags, internal_date, data, binary=True, utf8=True)
