"""SETQUOTA and GETQUOTA (RFC 9208); GETQUOTAROOT has a mailbox alone, see `folders.parse_mailbox`."""

from __future__ import annotations

from dataclasses import dataclass

from mailproof_server.wire.imap.errors import WireError
from mailproof_server.wire.imap.parse import Parser


@dataclass(frozen=True, slots=True)
class SetQuotaArgs:
    """`limits` are (resource name in upper case, limit); STORAGE counts units of 1024 octets. No limits: unlimited."""

    root: str
    limits: tuple[tuple[bytes, int], ...]


def parse_get_quota(parser: Parser) -> str:
    """The argument of GETQUOTA: a quota root name, which is no mailbox name even where it looks like one."""
    parser.sp()
    root = _root(parser)
    parser.end()
    return root


def parse_set_quota(parser: Parser) -> SetQuotaArgs:
    """The arguments of SETQUOTA."""
    parser.sp()
    root = _root(parser)
    parser.sp()

    def limit() -> tuple[bytes, int]:
        name = parser.atom().upper()
        parser.sp()
        return name, parser.number64()

    limits = parser.parenthesised(limit, allow_empty=True)
    parser.end()
    if len(dict(limits)) != len(limits):
        raise WireError("repeated quota resource")
    return SetQuotaArgs(root, tuple(limits))


def _root(parser: Parser) -> str:
    try:
        return parser.astring().decode("utf-8")
    except UnicodeDecodeError:
        raise WireError("quota root name is not UTF-8") from None
