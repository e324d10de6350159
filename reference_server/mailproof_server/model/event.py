"""Events and meetings in neutral words, as `NewItem.properties` keep them (RFC 5545, MS-OXOCAL, MS-OXWSMTGS).

Theory
------
* Moments are instants in UTC, whole seconds; `time_zone` (IANA) tells the local time in which a series is counted and
  an all-day event is a day. An all-day event starts and ends at midnight in its zone, and its end is exclusive.
* An exception of a series is a whole event of its own whose `original_start` is the start that the rule gave it; a
  deleted occurrence is that start alone. Both are instants, so they mean the same in every protocol.
* The same values describe the organiser's item and an attendee's: `meeting` tells which it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from mailproof_server.model.attachment import Attachment

_GLOBAL_OBJECT_ID = "040000008200E00074C5B7101A82E008"
FIRST_MOMENT = datetime(1601, 1, 1, tzinfo=UTC)
LAST_MOMENT = datetime(4500, 12, 31, tzinfo=UTC)
"""Exchange's range of dates; an endless series ends there."""


class BusyStatus(StrEnum):
    FREE = "free"
    TENTATIVE = "tentative"
    BUSY = "busy"
    OUT_OF_OFFICE = "out_of_office"
    WORKING_ELSEWHERE = "working_elsewhere"


class Sensitivity(StrEnum):
    NORMAL = "normal"
    PERSONAL = "personal"
    PRIVATE = "private"
    CONFIDENTIAL = "confidential"


class Importance(StrEnum):
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


class Response(StrEnum):
    """Of an attendee, or of the account's owner to a meeting."""

    NONE = "none"
    """No answer yet."""
    ORGANIZER = "organizer"
    TENTATIVE = "tentative"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class AttendeeRole(StrEnum):
    REQUIRED = "required"
    OPTIONAL = "optional"
    RESOURCE = "resource"


class Meeting(StrEnum):
    NONE = "none"
    """An appointment: nobody is invited."""
    ORGANIZED = "organized"
    RECEIVED = "received"


class Person(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    address: str
    name: str = ""
    sent_by: str = ""
    """Who acts in the organiser's name."""


class Attendee(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    address: str
    name: str = ""
    role: AttendeeRole = AttendeeRole.REQUIRED
    is_group: bool = False
    response: Response = Response.NONE
    replied_at: datetime | None = None
    comment: str = ""
    """What the reply said."""
    proposed_start: datetime | None = None
    proposed_end: datetime | None = None
    replied_sequence: int = 0
    """Of the request that was answered."""


class Recurrence(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    rule: str
    """Value of an RRULE; empty when there are extra starts only."""
    extra: tuple[datetime, ...] = ()
    """RDATE: starts beyond those of the rule."""


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    uid: str = ""
    subject: str = ""
    starts_at: datetime
    ends_at: datetime
    time_zone: str = "UTC"
    is_all_day: bool = False
    location: str = ""
    body: str = ""
    body_html: str = ""
    busy_status: BusyStatus = BusyStatus.BUSY
    intended_status: BusyStatus = BusyStatus.BUSY
    """Of a received meeting: what accepting makes of it."""
    sensitivity: Sensitivity = Sensitivity.NORMAL
    importance: Importance = Importance.NORMAL
    reminder_minutes: int | None = None
    """Before the start; None: no reminder."""
    categories: tuple[str, ...] = ()
    online_link: str = ""
    attachments: tuple[Attachment, ...] = ()
    # -- series
    recurrence: Recurrence | None = None
    exceptions: "tuple[Event, ...]" = ()
    """By original start."""
    deleted: tuple[datetime, ...] = ()
    original_start: datetime | None = None
    """Of an exception, and of a single occurrence to which the owner is invited without the series."""
    # -- meeting
    meeting: Meeting = Meeting.NONE
    organizer: Person | None = None
    attendees: tuple[Attendee, ...] = ()
    sequence: int = 0
    stamped_at: datetime | None = None
    """DTSTAMP of the newest request sent or taken."""
    was_sent: bool = False
    """Invitations have gone out."""
    is_cancelled: bool = False
    my_response: Response = Response.NONE
    replied_at: datetime | None = None
    response_requested: bool = True
    allows_proposals: bool = True
    # -- kept by the service
    created_at: datetime | None = None
    changed_at: datetime | None = None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def local_start(self) -> datetime:
        """Aware, in the event's own zone."""
        return self.starts_at.astimezone(self.zone)

    @property
    def local_end(self) -> datetime:
        return self.ends_at.astimezone(self.zone)

    @property
    def is_private(self) -> bool:
        """Not to be shown in free/busy details."""
        return self.sensitivity in (Sensitivity.PRIVATE, Sensitivity.CONFIDENTIAL)

    @property
    def is_series(self) -> bool:
        return self.recurrence is not None

    def exception_at(self, original_start: datetime) -> "Event | None":
        return next((each for each in self.exceptions if each.original_start == original_start), None)

    def attendee(self, addresses: frozenset[str]) -> Attendee | None:
        """The first attendee with one of the addresses (lower case)."""
        return next((each for each in self.attendees if each.address.lower() in addresses), None)

    def properties(self) -> dict[str, object]:
        """As the store keeps them."""
        made: dict[str, object] = msgspec.to_builtins(self)
        return made


@dataclass(frozen=True, slots=True)
class EventKey:
    """What a store indexes of an event, so that calendar views and UID look-ups are queries."""

    starts_at: datetime
    ends_at: datetime | None
    """End of the last occurrence; None: endless. Exclusive, and later than `starts_at`."""
    is_recurring: bool
    uid: str
    """In the form of `comparable_uid`."""


def event_of(properties: Mapping[str, Any]) -> Event:
    """What `Event.properties` made. Raises msgspec.ValidationError for anything else."""
    return msgspec.convert(properties, Event)


def comparable_uid(uid: str) -> str:
    """UIDs compare as text; a GlobalObjectId in hexadecimal does so whatever its case (MS-OXCICAL 2.1.3.1.1.20.26)."""
    upper = uid.upper()
    return upper if upper.startswith(_GLOBAL_OBJECT_ID) else uid


def exception_fields() -> frozenset[str]:
    """What a change of the series passes on to the exceptions that had not changed it themselves."""
    return frozenset(Event.__struct_fields__) - {
        "uid",
        "starts_at",
        "ends_at",
        "recurrence",
        "exceptions",
        "deleted",
        "original_start",
        "my_response",
        "replied_at",
        "is_cancelled",
        "created_at",
        "changed_at",
    }
