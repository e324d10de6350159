"""SEARCH and UID SEARCH, and the search programs of SORT and THREAD (RFC 3501 §6.4.4, RFC 9051 §6.4.4).

RETURN options are RFC 4731, 5182 (SAVE) and 9394 (PARTIAL); WITHIN is RFC 5032, MODSEQ RFC 7162 §3.1.5, EMAILID and
THREADID RFC 8474, the SAVED keys RFC 8514.

A program becomes one `SearchKey` (see `search_keys`). A tree of ORs is read without recursion, because clients nest
hundreds of them to ask for any of many values; only parentheses, and ORs below a NOT, count as depth.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from mailproof_server.wire.imap.errors import WireError
from mailproof_server.wire.imap.parse import Parser
from mailproof_server.wire.imap.search_keys import (
    ALL,
    And,
    BodyContains,
    DateField,
    DateIs,
    DateRelation,
    EmailId,
    HasFlag,
    HeaderContains,
    Larger,
    ModSeqAtLeast,
    Not,
    Numbers,
    Older,
    Or,
    SaveDateSupported,
    SearchKey,
    Smaller,
    TextContains,
    ThreadId,
    Uids,
    Younger,
)
from mailproof_server.wire.imap.sequence import PartialRange

__all__ = [
    "ALL",
    "CHARSETS",
    "And",
    "BodyContains",
    "DateField",
    "DateIs",
    "DateRelation",
    "EmailId",
    "HasFlag",
    "HeaderContains",
    "Larger",
    "ModSeqAtLeast",
    "Not",
    "Numbers",
    "Older",
    "Or",
    "SaveDateSupported",
    "SearchArgs",
    "SearchKey",
    "SearchReturn",
    "Smaller",
    "TextContains",
    "ThreadId",
    "Uids",
    "Younger",
    "parse_search",
    "search_charset",
    "search_program",
    "search_return",
]


@dataclass(frozen=True, slots=True)
class SearchReturn:
    """RETURN options; `RETURN ()` has only `all`, `RETURN (SAVE)` only `save`."""

    minimum: bool = False
    maximum: bool = False
    all: bool = False
    count: bool = False
    save: bool = False
    partial: PartialRange | None = None


@dataclass(frozen=True, slots=True)
class SearchArgs:
    """`returns` is None without RETURN; `uses_modseq`: a MODSEQ key occurs, so the answer carries MODSEQ (RFC 7162)."""

    key: SearchKey
    returns: SearchReturn | None = None
    charset: str | None = None
    uses_modseq: bool = False


#: Charset names a search may use, to Python's codec for them.
CHARSETS = {
    "US-ASCII": "ascii",
    "UTF-8": "utf-8",
    "ISO-8859-1": "latin-1",
    "ISO-8859-15": "iso8859-15",
    "WINDOWS-1252": "cp1252",
}
_BAD_CHARSET = b"BADCHARSET (" + " ".join(CHARSETS).encode("ascii") + b")"
_OBJECT_ID = re.compile(rb"[A-Za-z0-9_-]{1,255}")
_FIELD_NAME = re.compile(rb"[\x21-\x39\x3b-\x7e]+")


def parse_search(parser: Parser, *, charset_allowed: bool = True) -> SearchArgs:
    """The arguments of SEARCH and UID SEARCH.

    `charset_allowed` is false once UTF8=ACCEPT is enabled: a command with CHARSET then gets "a "BAD" response (due to
    the conflicting charset labels)" (RFC 9755 §3). An unknown charset is NO [BADCHARSET (…)].
    """
    parser.sp()
    returns = None
    if parser.take_keyword(b"RETURN"):
        returns = search_return(parser)
        parser.sp()
    charset = None
    if parser.take_keyword(b"CHARSET"):
        if not charset_allowed:
            raise WireError("CHARSET is not allowed after UTF8=ACCEPT was enabled")
        parser.sp()
        charset = search_charset(parser)
        parser.sp()
    key, uses_modseq = search_program(parser, charset)
    return SearchArgs(key, returns, charset, uses_modseq)


def search_return(parser: Parser) -> SearchReturn:
    """` (MIN MAX …)` after the word RETURN."""
    partial: PartialRange | None = None

    def option() -> bytes:
        nonlocal partial
        name = parser.keyword()
        if name not in _RETURN_OPTIONS:
            raise WireError("unknown RETURN option")
        if name == b"PARTIAL":
            if partial is not None:
                raise WireError("PARTIAL given twice")
            parser.sp()
            partial = parser.partial_range()
        return name

    parser.sp()
    names = set(parser.parenthesised(option, allow_empty=True))
    # "A single command MUST NOT contain more than one PARTIAL or ALL search return option" (RFC 9394 §3.1).
    if partial is not None and b"ALL" in names:
        raise WireError("PARTIAL cannot be combined with ALL")
    return SearchReturn(
        minimum=b"MIN" in names,
        maximum=b"MAX" in names,
        # An empty list "is equivalent to "(ALL)"" (RFC 4731 §3.1).
        all=b"ALL" in names or not names,
        count=b"COUNT" in names,
        save=b"SAVE" in names,
        partial=partial,
    )


_RETURN_OPTIONS = frozenset({b"MIN", b"MAX", b"ALL", b"COUNT", b"SAVE", b"PARTIAL"})


def search_charset(parser: Parser) -> str:
    """`charset = atom / quoted`, in upper case and known to `CHARSETS`."""
    name = parser.astring().decode("latin-1").upper()
    if name not in CHARSETS:
        raise WireError("unknown charset", _BAD_CHARSET, status=b"NO")
    return name


def search_program(parser: Parser, charset: str | None) -> tuple[SearchKey, bool]:
    """`search-key *(SP search-key)` up to the end of the command; also whether a MODSEQ key was among them."""
    program = _Program(parser, CHARSETS[charset or "UTF-8"])
    keys = [program.key()]
    while not parser.at_end():
        parser.sp()
        keys.append(program.key())
    return _conjunction(keys), program.uses_modseq


def _conjunction(keys: list[SearchKey]) -> SearchKey:
    return keys[0] if len(keys) == 1 else And(tuple(keys))


class _Program:
    """The recursive part of the grammar, with the charset its strings are in."""

    def __init__(self, parser: Parser, codec: str) -> None:
        self.parser = parser
        self.codec = codec
        self.uses_modseq = False

    def key(self) -> SearchKey:
        parser = self.parser
        negated = False
        while parser.take_keyword(b"NOT"):
            parser.sp()
            negated = not negated
        key = self._plain_key()
        return Not(key) if negated else key

    def _plain_key(self) -> SearchKey:
        parser = self.parser
        first = parser.text[parser.pos : parser.pos + 1]
        if first == b"(":
            parser.enter()
            keys = parser.parenthesised(self.key)
            parser.leave()
            return _conjunction(keys)
        if first.isdigit() or first in (b"*", b"$"):
            return Numbers(parser.sequence_set())
        word = parser.keyword()
        if word == b"OR":
            return self._or()
        fixed = _FIXED_KEYS.get(word)
        if fixed is not None:
            return fixed
        build = _KEYS_WITH_ARGUMENT.get(word)
        if build is None:
            raise WireError("unknown search key")
        parser.sp()
        return build(self)

    def _or(self) -> Or:
        """A whole tree of ORs, read as prefix notation: each further OR stands for a key and asks for two."""
        parser = self.parser
        parser.enter()
        keys: list[SearchKey] = []
        wanted = 2
        while wanted:
            parser.sp()
            if parser.take_keyword(b"OR"):
                wanted += 1
            else:
                keys.append(self.key())
                wanted -= 1
        parser.leave()
        return Or(tuple(keys))

    def text(self) -> str:
        value = self.parser.astring()
        try:
            return value.decode(self.codec)
        except UnicodeDecodeError:
            raise WireError("search string is not in the charset of the command") from None

    def header(self) -> HeaderContains:
        field = self.parser.astring()
        if _FIELD_NAME.fullmatch(field) is None:
            raise WireError("invalid header field name")
        self.parser.sp()
        return HeaderContains(field.decode("ascii").lower(), self.text())

    def modseq(self) -> ModSeqAtLeast:
        self.uses_modseq = True
        parser = self.parser
        if not parser.peek(b'"'):
            return ModSeqAtLeast(parser.number64())
        entry = parser.string()
        if not entry.lower().startswith(b"/flags/") or len(entry) == len(b"/flags/"):
            raise WireError("unknown MODSEQ entry")
        parser.sp()
        scope = parser.keyword().lower()
        if scope not in (b"priv", b"shared", b"all"):
            raise WireError("unknown MODSEQ entry type")
        parser.sp()
        return ModSeqAtLeast(parser.number64(), entry, scope)

    def object_id(self) -> str:
        value = self.parser.astring()
        if _OBJECT_ID.fullmatch(value) is None:
            raise WireError("invalid object identifier")
        return value.decode("ascii")

    def date(self, field: DateField, relation: DateRelation) -> DateIs:
        return DateIs(field, relation, self.parser.date())


def _header_key(field: str) -> Callable[[_Program], SearchKey]:
    return lambda program: HeaderContains(field, program.text())


def _date_key(field: DateField, relation: DateRelation) -> Callable[[_Program], SearchKey]:
    return lambda program: program.date(field, relation)


_RECENT = HasFlag(b"\\Recent")
_SEEN = HasFlag(b"\\Seen")
_FIXED_KEYS: dict[bytes, SearchKey] = {
    b"ALL": ALL,
    b"ANSWERED": HasFlag(b"\\Answered"),
    b"DELETED": HasFlag(b"\\Deleted"),
    b"DRAFT": HasFlag(b"\\Draft"),
    b"FLAGGED": HasFlag(b"\\Flagged"),
    b"NEW": And((_RECENT, Not(_SEEN))),
    b"OLD": Not(_RECENT),
    b"RECENT": _RECENT,
    b"SAVEDATESUPPORTED": SaveDateSupported(),
    b"SEEN": _SEEN,
    b"UNANSWERED": Not(HasFlag(b"\\Answered")),
    b"UNDELETED": Not(HasFlag(b"\\Deleted")),
    b"UNDRAFT": Not(HasFlag(b"\\Draft")),
    b"UNFLAGGED": Not(HasFlag(b"\\Flagged")),
    b"UNSEEN": Not(_SEEN),
}
_KEYS_WITH_ARGUMENT: dict[bytes, Callable[[_Program], SearchKey]] = {
    b"BCC": _header_key("bcc"),
    b"BEFORE": _date_key(DateField.INTERNAL, DateRelation.BEFORE),
    b"BODY": lambda program: BodyContains(program.text()),
    b"CC": _header_key("cc"),
    b"EMAILID": lambda program: EmailId(program.object_id()),
    b"FROM": _header_key("from"),
    b"HEADER": _Program.header,
    b"KEYWORD": lambda program: HasFlag(program.parser.atom()),
    b"LARGER": lambda program: Larger(program.parser.number64()),
    b"MODSEQ": _Program.modseq,
    b"OLDER": lambda program: Older(program.parser.nz_number()),
    b"ON": _date_key(DateField.INTERNAL, DateRelation.ON),
    b"SAVEDBEFORE": _date_key(DateField.SAVED, DateRelation.BEFORE),
    b"SAVEDON": _date_key(DateField.SAVED, DateRelation.ON),
    b"SAVEDSINCE": _date_key(DateField.SAVED, DateRelation.SINCE),
    b"SENTBEFORE": _date_key(DateField.SENT, DateRelation.BEFORE),
    b"SENTON": _date_key(DateField.SENT, DateRelation.ON),
    b"SENTSINCE": _date_key(DateField.SENT, DateRelation.SINCE),
    b"SINCE": _date_key(DateField.INTERNAL, DateRelation.SINCE),
    b"SMALLER": lambda program: Smaller(program.parser.number64()),
    b"SUBJECT": _header_key("subject"),
    b"TEXT": lambda program: TextContains(program.text()),
    b"THREADID": lambda program: ThreadId(program.object_id()),
    b"TO": _header_key("to"),
    b"UID": lambda program: Uids(program.parser.sequence_set()),
    b"UNKEYWORD": lambda program: Not(HasFlag(program.parser.atom())),
    b"YOUNGER": lambda program: Younger(program.parser.nz_number()),
}
