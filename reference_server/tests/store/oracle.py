"""Searching in plain Python, item by item: what the store's one statement must agree with."""

from dataclasses import dataclass
from datetime import datetime

from mailproof_server.model.item import Flag, ItemRow, NewItem
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


@dataclass(frozen=True)
class Stored:
    """An item as it was given, and the row that the store made of it."""

    item: NewItem
    row: ItemRow

    def date(self, field: DateField) -> datetime:
        if field is DateField.SAVED:
            return self.row.saved_at
        sent = self.item.content.sent_at
        return sent if field is DateField.SENT and sent is not None else self.row.received_at


def matches(stored: Stored, query: Query) -> bool:
    content, row = stored.item.content, stored.row
    match query:
        case All():
            return True
        case And(terms):
            return all(matches(stored, term) for term in terms)
        case Or(terms):
            return any(matches(stored, term) for term in terms)
        case Not(term):
            return not matches(stored, term)
        case HasFlag(flag):
            return flag in Flag(row.system)
        case HasKeyword(keyword):
            return keyword.lower() in row.keywords.lower().split()
        case UidIn(ranges):
            return any(low <= row.uid <= high for low, high in ranges)
        case ChangedSince(modseq):
            return row.modseq >= modseq
        case SizeRange(larger, smaller):
            return (larger is None or row.size_bytes > larger) and (smaller is None or row.size_bytes < smaller)
        case DayRange(field, since, before):
            day = stored.date(field).date()
            return (since is None or day >= since) and (before is None or day < before)
        case InstantRange(field, start, until):
            at = stored.date(field)
            return (start is None or at >= start) and (until is None or at <= until)
        case HeaderContains(name, text):
            lines = [line.split(":", 1) for line in content.headers_text.splitlines()]
            return any(field == name.casefold() and text.casefold() in value for field, value in lines)
        case BodyContains(text):
            return text.casefold() in content.body_text
        case TextContains(text):
            return text.casefold() in content.headers_text or text.casefold() in content.body_text
        case ContentIs(email_id):
            return email_id == f"M{row.content_id}"
        case ThreadIs(thread_id):
            return thread_id == row.thread_id


def in_order(found: list[Stored], sort: list[SortKey]) -> list[int]:
    """Uids by the keys; stable sorting from the last key to the first."""
    found = sorted(found, key=lambda each: each.row.uid)
    for key in reversed(sort):
        # Reversed sorting keeps equal ones in the order they have, so ascending uid goes on breaking ties.
        found.sort(key=lambda each, f=key.field: _sort_value(each, f), reverse=key.descending)
    return [each.row.uid for each in found]


def _sort_value(stored: Stored, field: SortField) -> object:
    content = stored.item.content
    match field:
        case SortField.RECEIVED:
            return stored.row.received_at
        case SortField.SENT:
            return stored.date(DateField.SENT)
        case SortField.SIZE:
            return stored.row.size_bytes
        case SortField.SUBJECT:
            return content.base_subject.encode()
        case SortField.FROM:
            return content.sort_from.encode()
        case SortField.TO:
            return content.sort_to.encode()
        case SortField.CC:
            return content.sort_cc.encode()
        case SortField.DISPLAY_FROM:
            return content.display_from.encode()
        case SortField.DISPLAY_TO:
            return content.display_to.encode()
