"""`date` and `date-time` of IMAP (RFC 3501 §9), whose month names are English whatever the locale says."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone

from mailproof_server.wire.imap.errors import WireError

_MONTHS = (b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec")
_MONTH_NUMBERS = {name.lower(): number for number, name in enumerate(_MONTHS, 1)}

_DATE = re.compile(rb"([0-9]{1,2})-([A-Za-z]{3})-([0-9]{4})")
# date-day-fixed = (SP DIGIT) / 2DIGIT; clients that write a bare digit instead are common enough to be understood.
_DATE_TIME = re.compile(
    rb" ?([0-9]{1,2})-([A-Za-z]{3})-([0-9]{4}) ([0-9]{2}):([0-9]{2}):([0-9]{2}) ([+-])([0-9]{2})([0-9]{2})"
)


def parse_date(text: bytes) -> date:
    """`1-Feb-2024` (the quotes, which are optional, already removed)."""
    match = _DATE.fullmatch(text)
    if match is None:
        raise WireError("invalid date")
    day, month, year = match.groups()
    try:
        return date(int(year), _MONTH_NUMBERS[month.lower()], int(day))
    except (KeyError, ValueError):
        raise WireError("invalid date") from None


def parse_date_time(text: bytes) -> datetime:
    """` 1-Feb-2024 13:59:02 +0100` (without its quotes) as an aware datetime that keeps the offset.

    A leap second (`:60`) becomes the second before it. Refused: what no calendar or clock has, and moments that
    have no UTC form within the years 1 to 9999.
    """
    match = _DATE_TIME.fullmatch(text)
    if match is None:
        raise WireError("invalid date-time")
    day, month, year, hour, minute, second, sign, zone_hours, zone_minutes = match.groups()
    try:
        if int(zone_minutes) > 59:
            raise ValueError
        offset = timedelta(hours=int(zone_hours), minutes=int(zone_minutes))
        moment = datetime(
            int(year),
            _MONTH_NUMBERS[month.lower()],
            int(day),
            int(hour),
            int(minute),
            59 if second == b"60" else int(second),
            tzinfo=timezone(-offset if sign == b"-" else offset),
        )
        moment.astimezone(UTC)
    except (KeyError, ValueError, OverflowError):
        raise WireError("invalid date-time") from None
    return moment


def format_date_time(moment: datetime) -> bytes:
    """`" 1-Feb-2024 13:59:02 +0100"`, quotes included; the day is padded with a space (date-day-fixed).

    `moment` must be aware. Seconds of its offset, which the wire cannot carry, are dropped.
    """
    offset = moment.utcoffset()
    if offset is None:
        raise ValueError("a naive datetime names no moment")
    seconds = int(offset.total_seconds())
    zone_hours, zone_minutes = divmod(abs(seconds) // 60, 60)
    return b'"%2d-%b-%04d %02d:%02d:%02d %c%02d%02d"' % (
        moment.day,
        _MONTHS[moment.month - 1],
        moment.year,
        moment.hour,
        moment.minute,
        moment.second,
        b"-" if seconds < 0 else b"+",
        zone_hours,
        zone_minutes,
    )
