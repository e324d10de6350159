"""Which time zone a TZID means: IANA names, Windows names, display names, and VTIMEZONEs that only look like one.

The order is that of calendar clients: a known name, the names that a VTIMEZONE carries beside its TZID, its rules
compared with those of the known zones, a fixed offset.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tzlocal.windows_tz import tz_win, win_tz

_OFFSET = re.compile(r"([+-])(\d{2})(\d{2})(?:\d{2})?")
_DISPLAY = re.compile(r"\(?(?:UTC|GMT)\s*([+-])(\d{1,2}):?(\d{2})\)?")
_ALIASES = {"UTC": "UTC", "GMT": "UTC", "Z": "UTC", "Etc/UTC": "UTC", "Coordinated Universal Time": "UTC"}
_OLD_WINDOWS = {
    "Kamchatka Standard Time": "Asia/Kamchatka",
    "Mid-Atlantic Standard Time": "Etc/GMT+2",
    "Customized Time Zone": "",
}


@dataclass(slots=True)
class ZoneText:
    """What was read of one VTIMEZONE."""

    tzid: str = ""
    names: list[str] = field(default_factory=list)
    """X-LIC-LOCATION, X-MICROSOFT-CDO-TZID."""
    standard_s: int | None = None
    daylight_s: int | None = None
    daylight_month: int | None = None
    standard_month: int | None = None


@lru_cache(maxsize=1024)
def known_zone(name: str) -> str | None:
    """The IANA name that a TZID means by itself; None when it says nothing."""
    name = name.strip().strip('"')
    if name in _ALIASES:
        return _ALIASES[name]
    if name in _OLD_WINDOWS or name in win_tz:
        return str(_OLD_WINDOWS.get(name) or win_tz.get(name) or "") or None
    # Some products put a path of their own before the name: /example.org/2026/Europe/Paris.
    for candidate in (name, *("/".join(name.split("/")[-parts:]) for parts in (3, 2))):
        if "/" in candidate and _is_zone(candidate):
            return candidate
    return name if name and not name.startswith("(") and _is_zone(name) else None


def windows_name(zone: str) -> str | None:
    """The Windows name of an IANA zone; None when Windows has none."""
    found = tz_win.get(zone)
    return "UTC" if zone == "UTC" else None if found is None else str(found)


def resolve(tzid: str, described: ZoneText | None, year: int) -> str | None:
    """The IANA zone of a TZID, with the VTIMEZONE of that name if the object has one; None when nobody could say."""
    found = known_zone(tzid)
    if found is None and described is not None:
        names = (known_zone(name) for name in described.names)
        found = next((each for each in names if each), None) or _by_rules(described, year)
    if found is None:
        match = _DISPLAY.match(tzid.strip())
        if match is not None and described is None:
            found = _fixed(_seconds(match))
    return found


def offset_s(text: str) -> int | None:
    """`+0130` as seconds."""
    match = _OFFSET.fullmatch(text.strip())
    return None if match is None else _seconds(match)


def _by_rules(zone: ZoneText, year: int) -> str | None:
    if zone.standard_s is None and zone.daylight_s is None:
        return None
    standard = zone.standard_s if zone.standard_s is not None else zone.daylight_s
    daylight = zone.daylight_s if zone.daylight_s is not None else standard
    if standard is None or daylight is None:
        return None
    if standard == daylight or zone.daylight_month is None or zone.standard_month is None:
        return _fixed(standard)
    wanted: dict[int, int] = {}
    for month in range(1, 13):
        if month not in (zone.daylight_month, zone.standard_month):
            is_summer = _is_between(month, zone.daylight_month, zone.standard_month)
            wanted[month] = daylight if is_summer else standard
    year = min(max(year, 1990), 2100)
    for candidate in _candidates():
        tz = ZoneInfo(candidate)
        if all(_offset_in(tz, year, month) == seconds for month, seconds in wanted.items()) and _changes_in(
            tz, year, (zone.daylight_month, zone.standard_month)
        ):
            return candidate
    return _fixed(standard)


def _is_between(month: int, first: int, last: int) -> bool:
    return first < month < last if first < last else month > first or month < last


def _changes_in(tz: ZoneInfo, year: int, months: tuple[int, int]) -> bool:
    """Whether the clocks change within each of the months."""
    for month in months:
        start = datetime(year, month, 1, tzinfo=tz)
        if start.utcoffset() == (start + timedelta(days=31)).utcoffset():
            return False
    return True


def _offset_in(tz: ZoneInfo, year: int, month: int) -> float:
    offset = datetime(year, month, 15, 12, tzinfo=tz).utcoffset()
    return offset.total_seconds() if offset is not None else 0.0


@lru_cache(maxsize=1)
def _candidates() -> tuple[str, ...]:
    """The zones that Windows calls its own: one for each set of rules in use, well-known names first."""
    first = ("Europe/Berlin", "Europe/London", "America/New_York", "America/Chicago", "America/Los_Angeles")
    return (*first, *sorted({each for each in win_tz.values() if _is_zone(each)}))


def _fixed(seconds: int) -> str | None:
    if seconds == 0:
        return "UTC"
    if seconds % 3600 == 0 and -12 * 3600 <= seconds <= 14 * 3600:
        # Etc's signs are those of POSIX: west is positive.
        return f"Etc/GMT{-seconds // 3600:+d}"
    at = datetime(2026, 1, 15, tzinfo=UTC)
    for candidate in _candidates():
        tz = ZoneInfo(candidate)
        offsets = {at.astimezone(tz).utcoffset(), (at + timedelta(days=182)).astimezone(tz).utcoffset()}
        if offsets == {timedelta(seconds=seconds)}:
            return candidate
    return None


def _seconds(match: re.Match[str]) -> int:
    return (1 if match[1] == "+" else -1) * (int(match[2]) * 3600 + int(match[3]) * 60)


@lru_cache(maxsize=2048)
def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
