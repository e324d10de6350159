"""Commands that name folders: CREATE, RENAME, and those with one name alone (RFC 3501 §6.3, RFC 6154 §3)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mailproof_server.wire.imap.errors import WireError
from mailproof_server.wire.imap.parse import Parser

_USE_ATTRIBUTE = re.compile(rb'\\[^\x00-\x20\x7f-\xff(){%*"\\\]]+')


@dataclass(frozen=True, slots=True)
class CreateArgs:
    """`mailbox` may end with the separator; `uses` are attributes in lower case with their backslash (RFC 6154)."""

    mailbox: str
    uses: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class RenameArgs:
    source: str
    destination: str


def parse_mailbox(parser: Parser) -> str:
    """One name: DELETE, SUBSCRIBE, UNSUBSCRIBE, GETACL, MYRIGHTS, GETQUOTAROOT."""
    parser.sp()
    mailbox = parser.mailbox()
    parser.end()
    return mailbox


def parse_rename(parser: Parser) -> RenameArgs:
    """The arguments of RENAME."""
    parser.sp()
    source = parser.mailbox()
    parser.sp()
    destination = parser.mailbox()
    parser.end()
    return RenameArgs(source, destination)


def parse_create(parser: Parser) -> CreateArgs:
    """The arguments of CREATE. Attributes that the server does not offer are the session's to refuse ([USEATTR])."""
    parser.sp()
    mailbox = parser.mailbox()
    uses: tuple[bytes, ...] = ()
    if not parser.at_end():
        parser.sp()
        parser.expect(b"(")
        if not parser.take_keyword(b"USE"):
            raise WireError("unknown CREATE parameter")
        parser.sp()
        uses = tuple(dict.fromkeys(parser.parenthesised(lambda: _use_attribute(parser), allow_empty=True)))
        parser.expect(b")")
    parser.end()
    return CreateArgs(mailbox, uses)


def _use_attribute(parser: Parser) -> bytes:
    match = _USE_ATTRIBUTE.match(parser.text, parser.pos)
    if match is None:
        raise WireError("special-use attribute expected")
    parser.pos = match.end()
    return match[0].lower()
