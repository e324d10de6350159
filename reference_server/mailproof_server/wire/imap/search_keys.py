"""The nodes of a search program, as `search.parse_search` builds them and an engine evaluates them (RFC 3501 §6.4.4).

They are few: UNSEEN is Not(HasFlag(Seen)), NEW is And(recent, unseen), SUBJECT is a HEADER key, ALL is the empty And. A
tree of ORs is one Or.
"""

from __future__ import annotations

import datetime
import enum
from dataclasses import dataclass

from mailproof_server.wire.imap.sequence import SequenceSet


class DateField(enum.Enum):
    """Which date of a message a key looks at."""

    INTERNAL = "internal"
    SENT = "sent"
    SAVED = "saved"


class DateRelation(enum.Enum):
    """How that date, "disregarding time and timezone", lies to the date of the key."""

    BEFORE = "before"
    ON = "on"
    SINCE = "since"


@dataclass(frozen=True, slots=True)
class And:
    """All of `keys`; every message when there are none (ALL)."""

    keys: tuple[SearchKey, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of `keys`, of which there are at least two."""

    keys: tuple[SearchKey, ...]


@dataclass(frozen=True, slots=True)
class Not:
    key: SearchKey


@dataclass(frozen=True, slots=True)
class HasFlag:
    r"""`flag` is a system flag in its usual spelling, `\Recent`, or a keyword as sent (compare without case)."""

    flag: bytes


@dataclass(frozen=True, slots=True)
class HeaderContains:
    """The header field `field` (lower case) exists and contains `text`, which may be empty."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class BodyContains:
    text: str


@dataclass(frozen=True, slots=True)
class TextContains:
    """Header or body contain `text`."""

    text: str


@dataclass(frozen=True, slots=True)
class DateIs:
    field: DateField
    relation: DateRelation
    date: datetime.date


@dataclass(frozen=True, slots=True)
class Larger:
    """RFC822.SIZE strictly above `size_bytes`."""

    size_bytes: int


@dataclass(frozen=True, slots=True)
class Smaller:
    """RFC822.SIZE strictly below `size_bytes`."""

    size_bytes: int


@dataclass(frozen=True, slots=True)
class Younger:
    """Internal date within the last `interval_s` seconds, which are more than zero."""

    interval_s: int


@dataclass(frozen=True, slots=True)
class Older:
    """Internal date `interval_s` seconds ago or earlier."""

    interval_s: int


@dataclass(frozen=True, slots=True)
class Numbers:
    """Message sequence numbers; `$` has `numbers.saved`."""

    numbers: SequenceSet


@dataclass(frozen=True, slots=True)
class Uids:
    uids: SequenceSet


@dataclass(frozen=True, slots=True)
class ModSeqAtLeast:
    """Mod-sequence, of the message or of its flag `entry` (`/flags/…`; `scope` priv, shared or all), >= `value`."""

    value: int
    entry: bytes | None = None
    scope: bytes | None = None


@dataclass(frozen=True, slots=True)
class EmailId:
    object_id: str


@dataclass(frozen=True, slots=True)
class ThreadId:
    object_id: str


@dataclass(frozen=True, slots=True)
class SaveDateSupported:
    """Matches all messages if the folder keeps save dates, none otherwise."""


SearchKey = (
    And
    | Or
    | Not
    | HasFlag
    | HeaderContains
    | BodyContains
    | TextContains
    | DateIs
    | Larger
    | Smaller
    | Younger
    | Older
    | Numbers
    | Uids
    | ModSeqAtLeast
    | EmailId
    | ThreadId
    | SaveDateSupported
)

ALL = And(())
