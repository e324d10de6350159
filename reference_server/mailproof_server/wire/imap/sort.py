"""SORT and THREAD with their UID forms (RFC 5256 §5; DISPLAYFROM and DISPLAYTO RFC 5957; RETURN RFC 5267)."""

from __future__ import annotations

from dataclasses import dataclass

from mailproof_server.wire.imap.errors import WireError
from mailproof_server.wire.imap.parse import Parser
from mailproof_server.wire.imap.search import SearchKey, SearchReturn, search_charset, search_program, search_return

SORT_KEYS = frozenset(
    {b"ARRIVAL", b"CC", b"DATE", b"DISPLAYFROM", b"DISPLAYTO", b"FROM", b"SIZE", b"SUBJECT", b"TO"},
)
THREAD_ALGORITHMS = frozenset({b"ORDEREDSUBJECT", b"REFERENCES"})


@dataclass(frozen=True, slots=True)
class SortCriterion:
    """`key` is one of `SORT_KEYS`; `reverse` turns the order of this criterion only."""

    key: bytes
    reverse: bool = False


@dataclass(frozen=True, slots=True)
class SortArgs:
    """`returns` is None without RETURN (ESORT); `criteria` are in order of precedence."""

    criteria: tuple[SortCriterion, ...]
    charset: str
    key: SearchKey
    returns: SearchReturn | None = None
    uses_modseq: bool = False


@dataclass(frozen=True, slots=True)
class ThreadArgs:
    """`algorithm` is one of `THREAD_ALGORITHMS`."""

    algorithm: bytes
    charset: str
    key: SearchKey
    uses_modseq: bool = False


def parse_sort(parser: Parser) -> SortArgs:
    """The arguments of SORT and UID SORT, the charset of which is mandatory."""
    parser.sp()
    returns = None
    if parser.take_keyword(b"RETURN"):
        returns = search_return(parser)
        parser.sp()
    criteria = tuple(parser.parenthesised(lambda: _criterion(parser)))
    parser.sp()
    charset = search_charset(parser)
    parser.sp()
    key, uses_modseq = search_program(parser, charset)
    return SortArgs(criteria, charset, key, returns, uses_modseq)


def parse_thread(parser: Parser) -> ThreadArgs:
    """The arguments of THREAD and UID THREAD, the charset of which is mandatory."""
    parser.sp()
    algorithm = parser.keyword()
    if algorithm not in THREAD_ALGORITHMS:
        raise WireError("unknown threading algorithm")
    parser.sp()
    charset = search_charset(parser)
    parser.sp()
    key, uses_modseq = search_program(parser, charset)
    return ThreadArgs(algorithm, charset, key, uses_modseq)


def _criterion(parser: Parser) -> SortCriterion:
    reverse = parser.take_keyword(b"REVERSE")
    if reverse:
        parser.sp()
    key = parser.keyword()
    if key not in SORT_KEYS:
        raise WireError("unknown sort key")
    return SortCriterion(key, reverse)
