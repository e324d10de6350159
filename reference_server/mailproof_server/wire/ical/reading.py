"""text/calendar to values (RFC 5545), with limits; nothing of it is expanded.

VTIMEZONEs are taken out and read here: the library would expand their rules up to 2038, however often they repeat, and
would remember one object's zones for the next one.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from icalendar import Calendar
from icalendar.error import BrokenCalendarProperty

from mailproof_server.wire.ical.values import FLOATING, Component, Ical, IcalError, IcalLimits, Party, When
from mailproof_server.wire.ical.zones import ZoneText, offset_s, resolve

_FOLD = re.compile(r"\r?\n[ \t]")
_ZONE = re.compile(r"^BEGIN:VTIMEZONE\s*$.*?^END:VTIMEZONE\s*$\n?", re.IGNORECASE | re.MULTILINE | re.DOTALL)
_STRAY_ZONE = re.compile(r"^(?:BEGIN|END):VTIMEZONE", re.IGNORECASE | re.MULTILINE)
_LINE = re.compile(r"([A-Za-z0-9-]+)(?:;[^:]*)?:(.*)")
_MONTH = re.compile(r"BYMONTH=(\d{1,2})")
_ESCAPE = re.compile(r"\\([\\;,nN])")
_YEARS = range(1601, 4501)
_DAY = timedelta(days=1)
DEFAULT_LIMITS = IcalLimits()


def read(data: bytes, limits: IcalLimits = DEFAULT_LIMITS) -> Ical:
    """Parse one VCALENDAR. Raises IcalError, naming what is wrong; never anything else."""
    if len(data) > limits.size_bytes:
        raise IcalError(f"iCalendar: more than {limits.size_bytes} bytes")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise IcalError(f"iCalendar: not UTF-8 at byte {error.start}") from error
    text = _FOLD.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    if text.count("\n") > limits.lines:
        raise IcalError(f"iCalendar: more than {limits.lines} lines")
    zones: dict[str, ZoneText] = {}
    for block in _ZONE.findall(text):
        zone = _zone(block)
        zones.setdefault(zone.tzid, zone)
    text = _ZONE.sub("", text)
    if _STRAY_ZONE.search(text):
        raise IcalError("VTIMEZONE: without its end")
    calendar = _parsed(text)
    found = [each for each in calendar.walk() if each.name in ("VEVENT", "VTODO")]
    if len(found) > limits.components:
        raise IcalError(f"iCalendar: more than {limits.components} components")
    return Ical(
        components=tuple(_component(each, zones, limits) for each in found),
        method=_text(calendar, "METHOD").upper().strip(),
    )


def _parsed(text: str) -> Any:
    try:
        calendar = Calendar.from_ical(text)
    except Exception as error:
        raise IcalError(f"iCalendar: {str(error)[:200] or type(error).__name__}") from error
    if getattr(calendar, "name", None) != "VCALENDAR":
        raise IcalError("iCalendar: the outermost component is not VCALENDAR")
    return calendar


def _component(source: Any, zones: Mapping[str, ZoneText], limits: IcalLimits) -> Component:
    try:
        return _Reader(source, zones, limits).component()
    except BrokenCalendarProperty as error:
        # The library keeps what it cannot read, and complains when it is used; its text names the property.
        raise IcalError(f"iCalendar: {str(error)[:200]}") from error


class _Reader:
    """One component."""

    def __init__(self, source: Any, zones: Mapping[str, ZoneText], limits: IcalLimits) -> None:
        self._source = source
        self._zones = zones
        self._limits = limits

    def component(self) -> Component:
        source = self._source
        start = self._when("DTSTART")
        recurrence_id = self._when("RECURRENCE-ID")
        attendees = tuple(map(_party, self._all("ATTENDEE")))
        if len(attendees) > self._limits.attendees:
            raise IcalError(f"ATTENDEE: more than {self._limits.attendees}")
        rules = self._all("RRULE")
        if len(rules) > 1 or self._all("EXRULE"):
            raise IcalError("RRULE: more than one, or with EXRULE, is not supported")
        rule = _raw(rules[0]) if rules else ""
        if rules and not rule:
            # The library makes an empty rule of words without any part: a series must not pass for one meeting.
            raise IcalError("RRULE: no recurrence rule")
        organizers = self._all("ORGANIZER")
        stamp = self._when("DTSTAMP")
        return Component(
            uid=_text(source, "UID").strip(),
            kind=str(source.name),
            sequence=self._number("SEQUENCE", 0, 2**31 - 1),
            stamp=None if stamp is None else stamp.instant(),
            start=start,
            end=self._end(start),
            recurrence_id=recurrence_id,
            is_this_and_future="THISANDFUTURE" in self._parameter("RECURRENCE-ID", "RANGE").upper(),
            rule=rule,
            extra=self._list("RDATE"),
            excluded=self._list("EXDATE"),
            summary=_text(source, "SUMMARY"),
            location=_text(source, "LOCATION"),
            description=_text(source, "DESCRIPTION"),
            html=_unescaped(_text(source, "X-ALT-DESC")),
            status=_word(source, "STATUS"),
            transparency=_word(source, "TRANSP"),
            classification=_word(source, "CLASS"),
            priority=self._number("PRIORITY", 0, 9),
            categories=tuple(self._categories()),
            organizer=_party(organizers[0]) if organizers else None,
            attendees=attendees,
            reminder_minutes=self._reminder(start),
            busy=_word(source, "X-MICROSOFT-CDO-BUSYSTATUS"),
            intended=_word(source, "X-MICROSOFT-CDO-INTENDEDSTATUS"),
            comment=_text(source, "COMMENT"),
            url=_text(source, "URL"),
            is_counter_disallowed=_word(source, "X-MICROSOFT-DISALLOW-COUNTER") == "TRUE",
        )

    def _all(self, name: str) -> list[Any]:
        value = self._source.get(name)
        if value is None:
            return []
        return list(value) if isinstance(value, list) and not hasattr(value, "to_ical") else [value]

    def _parameter(self, name: str, parameter: str) -> str:
        found = self._all(name)
        return str(getattr(found[0], "params", {}).get(parameter, "")) if found else ""

    def _number(self, name: str, low: int, high: int) -> int:
        text = _text(self._source, name).strip()
        if not text:
            return 0
        if not re.fullmatch(r"[+-]?\d{1,10}", text) or not low <= int(text) <= high:
            raise IcalError(f"{name}: {text[:40]!r} is out of range")
        return int(text)

    def _when(self, name: str) -> When | None:
        found = self._all(name)
        if not found:
            return None
        if len(found) > 1:
            raise IcalError(f"{name}: more than once")
        return self._moment(name, found[0], self._parameter(name, "TZID"))

    def _moment(self, name: str, value: Any, tzid: str) -> When:
        try:
            at = value.dt
        except Exception as error:
            raise IcalError(f"{name}: {_raw(value)[:60]!r} is no date") from error
        if isinstance(at, tuple):
            at = at[0]  # a PERIOD: its start counts
        if not isinstance(at, date):
            raise IcalError(f"{name}: {_raw(value)[:60]!r} is no date")
        if at.year not in _YEARS:
            raise IcalError(f"{name}: the year {at.year} is outside {_YEARS[0]} to {_YEARS[-1]}")
        if not isinstance(at, datetime):
            return When(datetime(at.year, at.month, at.day), FLOATING, is_date=True)  # noqa: DTZ001 -- local digits
        local = at.replace(tzinfo=None)
        if tzid:
            zone = resolve(tzid, self._zones.get(tzid), local.year)
            if zone is None:
                raise IcalError(f"{name}: unknown time zone {tzid[:100]!r}")
            return When(local, zone)
        return When(local, FLOATING if at.tzinfo is None else "UTC")

    def _end(self, start: When | None) -> When | None:
        """DTEND, or what DURATION makes of the start; without both a day, or no time at all (section 3.6.1)."""
        end = self._when("DTEND" if self._source.name == "VEVENT" else "DUE")
        if end is not None or start is None:
            return end
        duration = self._source.get("DURATION")
        if duration is None:
            length: Any = _DAY if start.is_date else timedelta(0)
        else:
            length = getattr(duration, "dt", None) or getattr(duration, "td", None)
            if not isinstance(length, timedelta) or length < timedelta(0):
                raise IcalError("DURATION: is no length of time")
        try:
            local = start.local + length
        except OverflowError as error:
            raise IcalError("DURATION: is too long") from error
        return When(local, start.zone, start.is_date)

    def _list(self, name: str) -> tuple[When, ...]:
        found: list[When] = []
        for value in self._all(name):
            tzid = str(getattr(value, "params", {}).get("TZID", ""))
            for each in getattr(value, "dts", ()) or (value,):
                found.append(self._moment(name, each, tzid))
                if len(found) > self._limits.extra_starts:
                    raise IcalError(f"{name}: more than {self._limits.extra_starts}")
        return tuple(found)

    def _categories(self) -> Iterable[str]:
        for value in self._all("CATEGORIES"):
            names = getattr(value, "cats", None)
            for each in names if names is not None else (value,):
                if str(each).strip():
                    yield str(each).strip()

    def _reminder(self, start: When | None) -> int | None:
        """Minutes before the start, of the first alarm that can be said so; Exchange keeps one."""
        for alarm in self._source.walk("VALARM"):
            trigger = alarm.get("TRIGGER")
            at = getattr(trigger, "dt", None) if hasattr(trigger, "to_ical") and not _is_broken(trigger) else None
            is_from_end = "END" in str(getattr(trigger, "params", {}).get("RELATED", "")).upper()
            if isinstance(at, datetime) and start is not None and at.tzinfo is not None:
                at = at - start.instant()
            if isinstance(at, timedelta) and not is_from_end and at <= timedelta(0):
                return int(-at.total_seconds() // 60)
        return None


def _zone(block: str) -> ZoneText:
    zone = ZoneText()
    part = ""
    for line in block.split("\n"):
        match = _LINE.fullmatch(line.strip())
        if match is None:
            continue
        name, value = match[1].upper(), match[2].strip()
        if name == "BEGIN":
            part = value.upper()
        elif name == "TZID":
            zone.tzid = value
        elif name in ("X-LIC-LOCATION", "X-MICROSOFT-CDO-TZID"):
            zone.names.append(value)
        elif name == "TZOFFSETTO" and part == "STANDARD":
            zone.standard_s = offset_s(value)
        elif name == "TZOFFSETTO" and part == "DAYLIGHT":
            zone.daylight_s = offset_s(value)
        elif name == "RRULE" and (month := _MONTH.search(value.upper())) and 1 <= int(month[1]) <= 12:
            if part == "STANDARD":
                zone.standard_month = int(month[1])
            elif part == "DAYLIGHT":
                zone.daylight_month = int(month[1])
    return zone


def _party(value: Any) -> Party:
    parameters = getattr(value, "params", {})
    address = _address(str(value))
    if not address:
        # Some senders put a URN there and the address beside it (RFC 7986 section 6.2).
        address = _address(str(parameters.get("EMAIL", "")))
    return Party(
        address=address,
        name=str(parameters.get("CN", "")).strip(),
        role=str(parameters.get("ROLE", "")).upper(),
        status=str(parameters.get("PARTSTAT", "")).upper(),
        kind=str(parameters.get("CUTYPE", "")).upper(),
        rsvp=str(parameters.get("RSVP", "")).upper() == "TRUE",
        sent_by=_address(str(parameters.get("SENT-BY", ""))),
    )


def _address(text: str) -> str:
    text = text.strip().strip('"')
    if text[:7].lower() == "mailto:":
        text = text[7:]
    text = text.strip()
    is_address = "@" in text and not any(each.isspace() or each in "<>,;" for each in text)
    return text if is_address and len(text) <= 320 else ""


def _is_broken(value: Any) -> bool:
    return type(value).__name__ == "vBroken"


def _raw(value: Any) -> str:
    if _is_broken(value):
        return str(value)
    try:
        made = value.to_ical()
    except Exception:  # noqa: BLE001 -- a value that cannot even be written is shown as it is
        return str(value)
    return made.decode("utf-8", "replace") if isinstance(made, bytes) else str(made)


def _text(source: Any, name: str) -> str:
    value = source.get(name)
    if isinstance(value, list):
        value = value[0] if value else None
    return "" if value is None else str(value)


def _unescaped(text: str) -> str:
    """Of a property that the library does not know, and so leaves as it stands (section 3.3.11)."""
    return _ESCAPE.sub(lambda match: "\n" if match[1] in "nN" else match[1], text)


def _word(source: Any, name: str) -> str:
    return _text(source, name).strip().upper()
