"""A query as one SQL statement. Text is a case-folded substring; dates and sorting follow RFC 3501 6.4.4 and RFC 5256.

The statement walks the folder's `item_flags` in uid order and joins what the query asks about: `items` for dates and
sizes, `contents` for computed columns, `content_text` for words. Within an AND the cheap conditions stand first.

SQLite's parser holds a hundred symbols and its expressions may be a thousand deep. So chains of ANDs and ORs become
balanced trees, and what is nested deeper than the parser could hold is searched by a statement of its own.
"""

import sqlite3
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from mailproof_server.model.errors import Invalid
from mailproof_server.model.ids import FolderId, FolderUid
from mailproof_server.model.object_ids import parse_content_object_id, parse_thread_object_id
from mailproof_server.model.query import (
    All,
    And,
    BodyContains,
    ChangedSince,
    ContentIs,
    DateField,
    DayRange,
    HasFlag,
    HasKeyword,
    HeaderContains,
    InstantRange,
    Not,
    Or,
    Query,
    SizeRange,
    SortField,
    SortKey,
    TextContains,
    ThreadIs,
    UidIn,
)
from mailproof_server.store.sqlite.columns import UID_MASK, moment, place

_SECOND = 1_000_000
_MAX_NESTING = 100
_PARSER_SYMBOLS = 60
"""How many of the parser's hundred symbols the nesting may take, so that the innermost condition has room."""

# "If the sent date cannot be determined (a Date: header is missing or cannot be parsed), the INTERNALDATE for that
# message is used as the sent date" (RFC 5256 2.2).
_INSTANTS = {
    DateField.RECEIVED: "i.received_at",
    DateField.SAVED: "i.saved_at",
    DateField.SENT: "coalesce(c.sent_at, i.received_at)",
}
_LOCAL_HANDS = {
    DateField.RECEIVED: f"i.received_at + i.received_zone_s * {_SECOND}",
    DateField.SAVED: "i.saved_at",
    DateField.SENT: (f"coalesce(c.sent_at + c.sent_zone_s * {_SECOND}, i.received_at + i.received_zone_s * {_SECOND})"),
}
_SORTS = {
    SortField.RECEIVED: "i.received_at",
    SortField.SENT: "coalesce(c.sent_at, i.received_at)",
    SortField.FROM: "c.sort_from",
    SortField.TO: "c.sort_to",
    SortField.CC: "c.sort_cc",
    SortField.SUBJECT: "c.base_subject",
    SortField.SIZE: "i.size_bytes",
    SortField.DISPLAY_FROM: "c.display_from",
    SortField.DISPLAY_TO: "c.display_to",
}


def header_contains(headers_text: str, name: str, text: str) -> bool:
    """Whether a field of that name (lower case) has a value that contains `text`. One line per field, `name:value`."""
    start = f"{name}:"
    at = 0 if headers_text.startswith(start) else headers_text.find(f"\n{start}") + 1
    while at or headers_text.startswith(start):
        end = headers_text.find("\n", at)
        if headers_text.find(text, at + len(start), end if end >= 0 else len(headers_text)) >= 0:
            return True
        found = headers_text.find(f"\n{start}", end) if end >= 0 else -1
        if found < 0:
            return False
        at = found + 1
    return False


def register(db: sqlite3.Connection) -> None:
    """Give the connection the functions that searches call."""
    db.create_function("header_contains", 3, header_contains, deterministic=True)


@dataclass(slots=True)
class SearchSql:
    """Builds the statement. `spelling` gives a keyword as the account spells it, None when it is unknown there;
    `present` gives the uids of the folder, for sets of many ranges; `apart` searches the folder for a part."""

    folder_id: FolderId
    spelling: Callable[[str], str | None]
    present: Callable[[], Sequence[FolderUid]]
    apart: Callable[[Query], Sequence[FolderUid]]
    parameters: list[object] = field(default_factory=list)
    tables: set[str] = field(default_factory=set)

    def statement(self, columns: str, query: Query, sort: Sequence[SortKey] = ()) -> tuple[str, list[object]]:
        """SELECT `columns` (of f, and of i and c when listed in `tables`) of what matches, in order. Raises Invalid."""
        query = _simplified(query, 0)
        low, high = _bounds(query)
        self.parameters = [place(self.folder_id, low), place(self.folder_id, high)]
        condition = self._condition(query, 0)
        order = [self._need(_SORTS[key.field]) + (" DESC" if key.descending else "") for key in sort]
        joins = ""
        if self.tables & {"i", "c", "t"}:
            joins += " CROSS JOIN items i ON i.place = f.place"
        if "c" in self.tables:
            joins += " CROSS JOIN contents c ON c.id = i.content_id"
        if "t" in self.tables:
            joins += " CROSS JOIN content_text t ON t.content_id = i.content_id"
        sql = (
            f"SELECT {columns} FROM item_flags f{joins} WHERE f.place BETWEEN ? AND ? AND ({condition})"  # noqa: S608
            f" ORDER BY {', '.join([*order, 'f.place'])}"
        )
        return sql, self.parameters

    def _need(self, sql: str) -> str:
        """Note which tables an expression reads."""
        self.tables.update(table for table in "ict" if f"{table}." in sql)
        return sql

    def _bind(self, sql: str, *parameters: object) -> str:
        self.parameters.extend(parameters)
        return self._need(sql)

    def _condition(self, query: Query, symbols: int) -> str:
        """The condition for `query` within an expression that holds so many of the parser's symbols already."""
        match query:
            case And() | Or() | Not() if symbols > _PARSER_SYMBOLS:
                return self._among(self.apart(query))
            case All():
                return "1"
            case And(terms):
                return self._joined(" AND ", "1", sorted(terms, key=_cost), symbols)
            case Or(terms):
                return self._joined(" OR ", "0", sorted(terms, key=_cost), symbols)
            case Not(term):
                return f"NOT ({self._condition(term, symbols + 2)})"
            case HasFlag(flag):
                return f"f.system & {int(flag)} = {int(flag)}"
            case HasKeyword(keyword):
                spelling = self.spelling(keyword)
                return "0" if spelling is None else self._bind("instr(' ' || f.keywords || ' ', ?)", f" {spelling} ")
            case UidIn(ranges):
                return self._uid_in(ranges)
            case ChangedSince(modseq):
                return self._bind("f.modseq >= ?", modseq)
            case SizeRange(larger_bytes, smaller_bytes):
                return self._range("i.size_bytes", ">", larger_bytes, "<", smaller_bytes)
            case DayRange(which, since, before):
                return self._range(_LOCAL_HANDS[which], ">=", _midnight(since), "<", _midnight(before))
            case InstantRange(which, since, until):
                return self._range(_INSTANTS[which], ">=", _moment(since), "<=", _moment(until))
            case ContentIs(email_id):
                return self._bind("i.content_id = ?", parse_content_object_id(email_id) or 0)
            case ThreadIs(thread_id):
                return self._bind("i.thread = ?", parse_thread_object_id(thread_id) or 0)
            case HeaderContains(name, text):
                return self._header(name.casefold(), text.casefold())
            case BodyContains(text):
                return self._bind("instr(t.body_text, ?) > 0", text.casefold())
            case TextContains(text):
                folded = text.casefold()
                return self._bind("(instr(t.headers_text, ?) > 0 OR instr(t.body_text, ?) > 0)", folded, folded)

    def _joined(self, word: str, nothing: str, terms: Sequence[Query], symbols: int) -> str:
        if not terms:
            return nothing
        if len(terms) == 1:
            return self._condition(terms[0], symbols)
        middle = len(terms) // 2
        left = self._joined(word, nothing, terms[:middle], symbols + 3)
        return f"({left}{word}{self._joined(word, nothing, terms[middle:], symbols + 3)})"

    def _among(self, uids: Iterable[FolderUid]) -> str:
        keys = ",".join(str(place(self.folder_id, uid)) for uid in uids)
        return self._bind("f.place IN (SELECT value FROM json_each(?))", f"[{keys}]")

    def _range(self, column: str, above: str, low: object, below: str, high: object) -> str:
        parts = [
            self._bind(f"{column} {comparison} ?", limit)
            for comparison, limit in ((above, low), (below, high))
            if limit is not None
        ]
        return f"({' AND '.join(parts)})" if parts else "1"

    def _uid_in(self, ranges: Sequence[tuple[FolderUid, FolderUid]]) -> str:
        if not ranges:
            return "0"
        if len(ranges) > 8:
            return self._among(_within(ranges, self.present()))
        parts = [
            self._bind(
                "f.place BETWEEN ? AND ?", place(self.folder_id, low), place(self.folder_id, min(high, UID_MASK))
            )
            for low, high in ranges
            if low <= UID_MASK
        ]
        return f"({' OR '.join(parts)})" if parts else "0"

    def _header(self, name: str, text: str) -> str:
        if not text:
            return self._bind("instr(char(10) || t.headers_text, ?) > 0", f"\n{name}:")
        # The prefilter is C and sees most rows off; CASE makes sure that it comes first.
        return self._bind(
            "CASE WHEN instr(t.headers_text, ?) > 0 THEN header_contains(t.headers_text, ?, ?) ELSE 0 END",
            text,
            name,
            text,
        )


def _simplified(query: Query, depth: int) -> Query:
    """Chains become flat (`OR a OR b OR c …` is one OR of many), double negations go. Raises Invalid when what remains
    is nested too deeply to be meant."""
    if depth > _MAX_NESTING:
        raise Invalid("the search is nested too deeply")
    negated = False
    while isinstance(query, Not):
        negated = not negated
        query = query.term
    if isinstance(query, And):
        query = And(tuple(_simplified(term, depth + 1) for term in _flat(And, query)))
    elif isinstance(query, Or):
        query = Or(tuple(_simplified(term, depth + 1) for term in _flat(Or, query)))
    return Not(query) if negated else query


def _flat(kind: type[And] | type[Or], query: Query) -> list[Query]:
    flat: list[Query] = []
    waiting = [query]
    while waiting:
        term = waiting.pop()
        if isinstance(term, kind):
            waiting.extend(reversed(term.terms))
        else:
            flat.append(term)
    return flat


def _cost(query: Query) -> int:
    match query:
        case All() | HasFlag() | HasKeyword() | UidIn() | ChangedSince():
            return 0
        case Not(term):
            return _cost(term)
        case And(terms) | Or(terms):
            return max(map(_cost, terms), default=0)
        case HeaderContains():
            return 2
        case BodyContains() | TextContains():
            return 3
        case _:
            return 1


def _bounds(query: Query) -> tuple[int, int]:
    """The uids outside of which nothing can match."""
    match query:
        case UidIn(ranges) if ranges:
            return min(ranges[0][0], UID_MASK), min(ranges[-1][1], UID_MASK)
        case And(terms) if terms:
            lows, highs = zip(*map(_bounds, terms), strict=True)
            return max(lows), min(highs)
        case _:
            return 0, UID_MASK


def _within(ranges: Iterable[tuple[FolderUid, FolderUid]], uids: Sequence[FolderUid]) -> list[FolderUid]:
    return [uid for low, high in ranges for uid in uids[bisect_left(uids, low) : bisect_right(uids, high)]]


def _midnight(day: date | None) -> int | None:
    return None if day is None else moment(datetime(day.year, day.month, day.day, tzinfo=UTC))


def _moment(at: datetime | None) -> int | None:
    return None if at is None else moment(at)
