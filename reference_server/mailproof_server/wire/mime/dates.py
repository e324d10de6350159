"""The Date field to an aware datetime (RFC 5322 sections 3.3 and 4.3)."""

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

_DATE: Final = re.compile(
    rb"(\d{1,2})[ \t-]+([A-Za-z]{3})[A-Za-z]*[. \t-]+(\d{2,4})[ \t,]+"
    rb"(\d{1,2})[ \t]*[:.][ \t]*(\d{1,2})(?:[ \t]*[:.][ \t]*(\d{1,2}))?(?:\.\d{1,9})?[ \t]*(?:([+-]\d{4})|([A-Za-z]+))?"
)
_COMMENT: Final = re.compile(rb"\([^()]*+\)")
_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        (b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec"), 1
    )
}
#: Hours east of UTC of the zones that RFC 5322 section 4.3 names. Every other name, the single military letters
#: included, "SHOULD be considered equivalent to '-0000'".
_ZONES_H: Final = {b"edt": -4, b"est": -5, b"cdt": -5, b"cst": -6, b"mdt": -6, b"mst": -7, b"pdt": -7, b"pst": -8}
_MAX_LENGTH: Final = 200

_cache: dict[int, timezone] = {0: UTC}


def parse_date(value: bytes) -> datetime | None:
    """The moment that a Date value names, in its own zone; None when it names none (never raises).

    Years before 1900 and from 9999 on are no dates (section 3.3: the year is "any year 1900 or later"; the upper end
    keeps every conversion to UTC inside `datetime`'s range). A leap second becomes the second before it.
    """
    value = value[:_MAX_LENGTH]
    match = _DATE.search(value)
    if match is None and b"(" in value:
        match = _DATE.search(_COMMENT.sub(b" ", value))
    if match is None:
        return None
    day, month, year, hour, minute, second, offset, zone = match.groups()
    try:
        return datetime(
            _year(year),
            _MONTHS[month.lower()],
            int(day),
            int(hour),
            int(minute),
            min(int(second or 0), 59),
            tzinfo=_zone(_offset_min(offset, zone)),
        )
    except (KeyError, ValueError):
        return None


def _year(digits: bytes) -> int:
    """Section 4.3: two digits mean 2000 to 2049 and 1950 to 1999, three digits are added to 1900."""
    year = int(digits)
    if len(digits) == 2:
        return year + (2000 if year < 50 else 1900)
    if len(digits) == 3:
        return year + 1900
    if not 1900 <= year < 9999:
        raise ValueError(year)
    return year


def _offset_min(offset: bytes | None, zone: bytes | None) -> int:
    if offset:
        minutes = int(offset[1:3]) * 60 + int(offset[3:5])
        # A zone of a day or more cannot be meant; the date and the time are still worth having.
        if minutes < 24 * 60:
            return -minutes if offset[:1] == b"-" else minutes
        return 0
    return _ZONES_H.get(zone.lower(), 0) * 60 if zone else 0


def _zone(offset_min: int) -> timezone:
    # At most 2879 entries: one per offset that `_offset_min` can return.
    zone = _cache.get(offset_min)
    if zone is None:
        zone = _cache[offset_min] = timezone(timedelta(minutes=offset_min))
    return zone
