"""Values to text/calendar (RFC 5545), with a VTIMEZONE for every zone that is named."""

from collections.abc import Iterable
from datetime import UTC, date, timedelta
from functools import lru_cache
from typing import Any

from icalendar import Alarm, Calendar, Event, Timezone, Todo, vCalAddress, vDatetime, vText
from icalendar.prop import vBoolean, vDate, vRecur

from mailproof_server.wire.ical.values import Component, Ical, Party, When

PRODUCT = "-//mailproof//reference server//EN"
_TEXTS = (
    ("SUMMARY", "summary"),
    ("LOCATION", "location"),
    ("DESCRIPTION", "description"),
    ("STATUS", "status"),
    ("TRANSP", "transparency"),
    ("CLASS", "classification"),
    ("COMMENT", "comment"),
    ("URL", "url"),
    ("X-MICROSOFT-CDO-BUSYSTATUS", "busy"),
    ("X-MICROSOFT-CDO-INTENDEDSTATUS", "intended"),
)


def write(ical: Ical) -> bytes:
    """A VCALENDAR in UTF-8, lines folded and ended as they must be."""
    calendar = Calendar()
    calendar.add("PRODID", PRODUCT)
    calendar.add("VERSION", "2.0")
    if ical.method:
        calendar.add("METHOD", ical.method)
    made = [_component(each) for each in ical.components]
    years = [each.start.local.year for each in ical.components if each.start is not None] or [2026]
    pieces = [calendar.to_ical().removesuffix(b"END:VCALENDAR\r\n")]
    pieces += [_time_zone(zone, min(years) - 1, max(years) + 10) for zone in sorted(_zones(ical.components))]
    pieces += [each.to_ical() for each in made]
    pieces.append(b"END:VCALENDAR\r\n")
    return b"".join(pieces)


def _component(source: Component) -> Event | Todo:
    made: Event | Todo = Event() if source.kind == "VEVENT" else Todo()
    made.add("UID", _clean(source.uid))
    made.add("SEQUENCE", source.sequence)
    if source.stamp is not None:
        made.add("DTSTAMP", source.stamp.astimezone(UTC))
    _add_when(made, "DTSTART", source.start)
    _add_when(made, "DTEND" if source.kind == "VEVENT" else "DUE", source.end)
    _add_when(made, "RECURRENCE-ID", source.recurrence_id)
    if source.rule:
        made["RRULE"] = vRecur.from_ical(source.rule)
    for name, moments in (("RDATE", source.extra), ("EXDATE", source.excluded)):
        for moment in moments:
            _add_when(made, name, moment, repeated=True)
    for name, attribute in _TEXTS:
        value = getattr(source, attribute)
        if value:
            made.add(name, vText(_clean(value)))
    if source.html:
        made.add("X-ALT-DESC", vText(_clean(source.html)), parameters={"FMTTYPE": "text/html"})
    if source.priority:
        made.add("PRIORITY", source.priority)
    if source.categories:
        made.add("CATEGORIES", [_clean(each) for each in source.categories])
    if source.is_counter_disallowed:
        made.add("X-MICROSOFT-DISALLOW-COUNTER", vBoolean(True))
    if source.organizer is not None:
        made.add("ORGANIZER", _party(source.organizer))
    for each in source.attendees:
        made.add("ATTENDEE", _party(each), encode=False)
    if source.reminder_minutes is not None:
        alarm = Alarm()
        alarm.add("ACTION", "DISPLAY")
        alarm.add("DESCRIPTION", "Reminder")
        alarm.add("TRIGGER", timedelta(minutes=-source.reminder_minutes))
        made.add_component(alarm)
    return made


def _add_when(made: Any, name: str, when: When | None, *, repeated: bool = False) -> None:
    if when is None:
        return
    value: Any
    if when.is_date:
        value = vDate(date(when.local.year, when.local.month, when.local.day))
        value.params["VALUE"] = "DATE"
    else:
        local = when.local.replace(tzinfo=UTC) if when.zone == "UTC" else when.local
        value = vDatetime(local)
        if when.zone not in ("", "UTC"):
            value.params["TZID"] = when.zone
    if repeated and name in made:
        known = made[name]
        made[name] = [*known, value] if isinstance(known, list) else [known, value]
    else:
        made[name] = value


def _party(party: Party) -> vCalAddress:
    made = vCalAddress(f"mailto:{_clean(party.address)}")
    for name, value in (
        # A parameter has no way to hold a quotation mark; a reverse solidus is taken for an escape by too many readers.
        ("CN", _clean(party.name).replace('"', "'").replace("\\", "/")),
        ("CUTYPE", party.kind),
        ("ROLE", party.role),
        ("PARTSTAT", party.status),
        ("RSVP", "TRUE" if party.rsvp else ""),
        ("SENT-BY", f"mailto:{party.sent_by}" if party.sent_by else ""),
    ):
        if value:
            made.params[name] = value
    return made


def _clean(text: str) -> str:
    """Without control characters, which no text value may hold, but for the ends of lines."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(each for each in text if each in "\n\t" or (ord(each) >= 0x20 and not 0xD800 <= ord(each) <= 0xDFFF))


def _zones(components: Iterable[Component]) -> set[str]:
    found: set[str] = set()
    for each in components:
        for when in (each.start, each.end, each.recurrence_id, *each.extra, *each.excluded):
            if when is not None and when.zone not in ("", "UTC") and not when.is_date:
                found.add(when.zone)
    return found


@lru_cache(maxsize=256)
def _time_zone(zone: str, first_year: int, last_year: int) -> bytes:
    made = Timezone.from_tzid(zone, first_date=date(max(first_year, 1970), 1, 1), last_date=date(last_year, 1, 1))
    return bytes(made.to_ical())
