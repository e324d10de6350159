"""Searching, sorting and paging, as values: IMAP SEARCH, EWS restrictions and ActiveSync Search all become these.

Text compares as a case-insensitive substring on decoded text. The store turns a query into one statement.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias

from mailproof_server.model.ids import FolderUid, Modseq
from mailproof_server.model.item import Flag


@dataclass(frozen=True, slots=True)
class All:
    """Every item."""


@dataclass(frozen=True, slots=True)
class And:
    terms: "tuple[Query, ...]"


@dataclass(frozen=True, slots=True)
class Or:
    terms: "tuple[Query, ...]"


@dataclass(frozen=True, slots=True)
class Not:
    term: "Query"


@dataclass(frozen=True, slots=True)
class HasFlag:
    flag: Flag


@dataclass(frozen=True, slots=True)
class HasKeyword:
    keyword: str


@dataclass(frozen=True, slots=True)
class UidIn:
    """Inclusive ascending ranges; empty matches nothing."""

    ranges: tuple[tuple[FolderUid, FolderUid], ...]


class DateField(StrEnum):
    RECEIVED = "received"
    SENT = "sent"
    SAVED = "saved"


@dataclass(frozen=True, slots=True)
class DayRange:
    """Calendar days, disregarding time and zone (RFC 3501 6.4.4): `since` inclusive, `before` exclusive; None: open."""

    field: DateField
    since: date | None = None
    before: date | None = None


@dataclass(frozen=True, slots=True)
class InstantRange:
    """Instants (RFC 5032 WITHIN): `since` inclusive, `until` inclusive; None: open."""

    field: DateField
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class SizeRange:
    """Strictly larger than / strictly smaller than, in octets."""

    larger_bytes: int | None = None
    smaller_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class HeaderContains:
    """Any field of that name whose decoded value contains `text`; an empty text asks for presence alone."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class BodyContains:
    text: str


@dataclass(frozen=True, slots=True)
class TextContains:
    """In any header field or in the body."""

    text: str


@dataclass(frozen=True, slots=True)
class ChangedSince:
    """modseq >= this."""

    modseq: Modseq


@dataclass(frozen=True, slots=True)
class ContentIs:
    """EMAILID: the opaque id as given out by the store."""

    email_id: str


@dataclass(frozen=True, slots=True)
class ThreadIs:
    thread_id: str


Query: TypeAlias = (
    All | And | Or | Not | HasFlag | HasKeyword | UidIn | DayRange | InstantRange | SizeRange
    | HeaderContains | BodyContains | TextContains | ChangedSince | ContentIs | ThreadIs
)  # fmt: skip


class SortField(StrEnum):
    RECEIVED = "received"
    SENT = "sent"
    """Date of the message, else the day it was received (RFC 5256 2.2)."""
    FROM = "from"
    TO = "to"
    CC = "cc"
    SUBJECT = "subject"
    """Base subject."""
    SIZE = "size"
    DISPLAY_FROM = "display_from"
    DISPLAY_TO = "display_to"


@dataclass(frozen=True, slots=True)
class SortKey:
    field: SortField
    descending: bool = False
