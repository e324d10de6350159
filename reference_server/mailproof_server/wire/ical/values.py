"""What a text/calendar object says, as values (RFC 5545 section 3.6); nothing is resolved but time zones."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

FLOATING = ""
"""A local time of whoever looks."""


class IcalError(ValueError):
    """The text is no iCalendar object, or one that is not taken; says which property is at fault."""


@dataclass(frozen=True, slots=True)
class IcalLimits:
    """Of one object; more is refused before it is parsed."""

    size_bytes: int = 4 * 1024 * 1024
    lines: int = 100_000
    components: int = 2000
    attendees: int = 5000
    extra_starts: int = 1000
    """RDATE and EXDATE values of one component."""


@dataclass(frozen=True, slots=True)
class When:
    """A DATE or DATE-TIME."""

    local: datetime
    """Naive: the digits as they stand."""
    zone: str = FLOATING
    """IANA name; `UTC` for the form with Z."""
    is_date: bool = False

    @classmethod
    def of(cls, moment: datetime, zone: str, *, is_date: bool = False) -> "When":
        """An instant as it is written in a zone."""
        local = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        return cls(local, FLOATING if is_date else zone, is_date)

    def instant(self, floating_zone: str = "UTC") -> datetime:
        """In UTC; a floating time is one of `floating_zone`."""
        return self.local.replace(tzinfo=ZoneInfo(self.zone or floating_zone)).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Party:
    """An ORGANIZER or ATTENDEE; parameters in capitals, empty when not given."""

    address: str
    """Without `mailto:`."""
    name: str = ""
    role: str = ""
    status: str = ""
    """PARTSTAT."""
    kind: str = ""
    """CUTYPE."""
    rsvp: bool = False
    sent_by: str = ""


@dataclass(frozen=True, slots=True)
class Component:
    """One VEVENT (or VTODO)."""

    uid: str = ""
    kind: str = "VEVENT"
    sequence: int = 0
    stamp: datetime | None = None
    start: When | None = None
    end: When | None = None
    """Exclusive; worked out where a DURATION was given, or nothing."""
    recurrence_id: When | None = None
    is_this_and_future: bool = False
    rule: str = ""
    """Value of RRULE, as it stands."""
    extra: tuple[When, ...] = ()
    excluded: tuple[When, ...] = ()
    summary: str = ""
    location: str = ""
    description: str = ""
    html: str = ""
    status: str = ""
    transparency: str = ""
    classification: str = ""
    priority: int = 0
    categories: tuple[str, ...] = ()
    organizer: Party | None = None
    attendees: tuple[Party, ...] = ()
    reminder_minutes: int | None = None
    busy: str = ""
    """X-MICROSOFT-CDO-BUSYSTATUS: FREE, TENTATIVE, BUSY, OOF, WORKINGELSEWHERE."""
    intended: str = ""
    """X-MICROSOFT-CDO-INTENDEDSTATUS."""
    comment: str = ""
    url: str = ""
    is_counter_disallowed: bool = False


@dataclass(frozen=True, slots=True)
class Ical:
    """A VCALENDAR."""

    components: tuple[Component, ...]
    method: str = ""
    """In capitals; empty: not a scheduling message."""
