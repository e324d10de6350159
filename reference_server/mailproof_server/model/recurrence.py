"""How an event repeats: RFC 5545's RRULE as values, and the pattern that Exchange's protocols speak of instead.

Stored is always the rule's text, the only form that holds everything; `pattern_of` tells whether EWS and ActiveSync can
say it (protocol tables of MS-OXWSCDATA RecurrenceType, MS-ASCAL Recurrence).
"""

import re
from datetime import UTC, date, datetime
from enum import StrEnum

import msgspec

from mailproof_server.model.errors import Invalid

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
"""Numbered 0..6 everywhere in the model."""
EVERY_DAY = tuple(range(7))
MAX_RULE_CHARACTERS = 1000


class Frequency(StrEnum):
    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    YEARLY = "YEARLY"


class ShortMonths(StrEnum):
    """What a series on the 31st does in a month of 30 days: Outlook and RFC 5545 disagree."""

    LAST_DAY = "last_day"
    SKIP = "skip"


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One RRULE; what it leaves open comes from the event's start."""

    frequency: Frequency
    interval: int = 1
    count: int | None = None
    until: datetime | date | None = None
    """Inclusive. Aware: an instant; naive: in the event's zone; a date: that whole day."""
    months: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    year_days: tuple[int, ...] = ()
    weeks: tuple[int, ...] = ()
    days: tuple[tuple[int, int], ...] = ()
    """(ordinal, day): (0, 2) every Wednesday, (-1, 4) the last Friday."""
    positions: tuple[int, ...] = ()
    week_start: int = 0

    def text(self) -> str:
        """The value of an RRULE property."""
        parts = [f"FREQ={self.frequency}"]
        if self.interval != 1:
            parts.append(f"INTERVAL={self.interval}")
        if self.count is not None:
            parts.append(f"COUNT={self.count}")
        if self.until is not None:
            parts.append(f"UNTIL={_until_text(self.until)}")
        for name, numbers in (
            ("BYMONTH", self.months),
            ("BYMONTHDAY", self.month_days),
            ("BYYEARDAY", self.year_days),
            ("BYWEEKNO", self.weeks),
        ):
            if numbers:
                parts.append(f"{name}={','.join(map(str, numbers))}")
        if self.days:
            parts.append("BYDAY=" + ",".join(f"{nth or ''}{DAYS[day]}" for nth, day in self.days))
        if self.positions:
            parts.append(f"BYSETPOS={','.join(map(str, self.positions))}")
        if self.week_start:
            parts.append(f"WKST={DAYS[self.week_start]}")
        return ";".join(parts)


class Pattern(msgspec.Struct, frozen=True, kw_only=True):
    """A rule in the words of Exchange's protocols, without its end."""

    frequency: Frequency
    interval: int = 1
    days: tuple[int, ...] = ()
    """Weekly, and relative monthly and yearly: all seven mean "day"."""
    day_of_month: int | None = None
    """Absolute monthly and yearly."""
    week_of_month: int | None = None
    """1..4, or -1 for the last: relative monthly and yearly."""
    month: int | None = None
    week_start: int = 0


_LIMITS = {"BYMONTH": (1, 12), "BYMONTHDAY": (-31, 31), "BYYEARDAY": (-366, 366), "BYWEEKNO": (-53, 53)}
_LIMITS |= {"BYSETPOS": (-366, 366)}
_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_UNTIL = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?")
_NUMBER = re.compile(r"[+-]?\d{1,9}")
_OF_THE_DAY = ("BYHOUR", "BYMINUTE", "BYSECOND")


def parse_rule(text: str, start: datetime | None = None) -> Rule:
    """An RRULE's value; `start` (local) lets parts that only repeat its time of day pass.

    Raises Invalid, naming the part: not a rule, several times a day, both COUNT and UNTIL, values out of range.
    """
    if len(text) > MAX_RULE_CHARACTERS:
        raise Invalid(f"RRULE: longer than {MAX_RULE_CHARACTERS} characters")
    parts: dict[str, str] = {}
    for part in text.strip().rstrip(";").upper().split(";"):
        name, equals, value = part.partition("=")
        if not equals or not value:
            raise Invalid(f"RRULE: {part[:40]!r} is no rule part")
        if name in parts:
            raise Invalid(f"RRULE: {name} occurs twice")
        parts[name] = value
    frequency = parts.pop("FREQ", "")
    if frequency not in Frequency.__members__:
        raise Invalid(f"RRULE: FREQ={frequency[:40]} is not supported; DAILY, WEEKLY, MONTHLY and YEARLY are")
    _drop_time_of_day(parts, start)
    rule = Rule(
        frequency=Frequency(frequency),
        interval=_counted(parts, "INTERVAL") or 1,
        count=_counted(parts, "COUNT"),
        until=_until(parts.pop("UNTIL", None)),
        months=_numbers(parts, "BYMONTH"),
        month_days=_numbers(parts, "BYMONTHDAY"),
        year_days=_numbers(parts, "BYYEARDAY"),
        weeks=_numbers(parts, "BYWEEKNO"),
        days=_days(parts.pop("BYDAY", "")),
        positions=_numbers(parts, "BYSETPOS"),
        week_start=_week_start(parts.pop("WKST", "MO")),
    )
    if parts:
        raise Invalid(f"RRULE: {next(iter(parts))[:40]} is not supported")
    _check(rule)
    return rule


def pattern_of(rule: Rule, start: datetime) -> Pattern | None:
    """The rule in Exchange's words, `start` being the local start; None when those protocols cannot say it."""
    if rule.weeks or rule.year_days or len(rule.months) > 1:
        return None
    shape = Pattern(frequency=rule.frequency, interval=rule.interval, week_start=rule.week_start)
    every = tuple(sorted({day for _, day in rule.days}))
    if rule.frequency is Frequency.DAILY:
        return None if rule.months or rule.month_days or rule.days or rule.positions else shape
    if rule.frequency is Frequency.WEEKLY:
        if rule.months or rule.month_days or rule.positions or any(nth for nth, _ in rule.days):
            return None
        return msgspec.structs.replace(shape, days=every or (start.weekday(),))
    if rule.frequency is Frequency.YEARLY:
        if (rule.days or rule.month_days) and not rule.months:
            return None  # "the 20th Monday of the year", "the 5th of every month": there is no such pattern
        shape = msgspec.structs.replace(shape, month=rule.months[0] if rule.months else start.month)
    elif rule.months:
        return None
    return _in_month(rule, shape, every, start)


def rule_of(
    pattern: Pattern,
    *,
    count: int | None = None,
    until: datetime | date | None = None,
    short_months: ShortMonths = ShortMonths.LAST_DAY,
) -> Rule:
    """The same as a rule. Raises Invalid for a pattern that contradicts itself."""
    months = () if pattern.month is None else (pattern.month,)
    days: tuple[tuple[int, int], ...] = ()
    month_days: tuple[int, ...] = ()
    positions: tuple[int, ...] = ()
    if pattern.frequency is Frequency.WEEKLY:
        days = tuple((0, day) for day in pattern.days)
    elif pattern.week_of_month is not None:
        if pattern.week_of_month not in (1, 2, 3, 4, -1) or not pattern.days:
            raise Invalid("Recurrence: the week of the month is 1 to 4 or the last one, with days of the week")
        if pattern.days == EVERY_DAY:
            month_days = (pattern.week_of_month,)
        elif len(pattern.days) == 1:
            days = ((pattern.week_of_month, pattern.days[0]),)
        else:
            days, positions = tuple((0, day) for day in pattern.days), (pattern.week_of_month,)
    elif pattern.day_of_month is not None:
        month_days = (pattern.day_of_month,)
        if pattern.day_of_month > 28 and short_months is ShortMonths.LAST_DAY:
            # "The 31st, or the last day there is": the latest of the days from 28 on.
            month_days, positions = tuple(range(28, pattern.day_of_month + 1)), (-1,)
    rule = Rule(
        frequency=pattern.frequency,
        interval=pattern.interval,
        count=count,
        until=until,
        months=months,
        month_days=month_days,
        days=days,
        positions=positions,
        week_start=pattern.week_start,
    )
    return parse_rule(rule.text())


def _in_month(rule: Rule, shape: Pattern, every: tuple[int, ...], start: datetime) -> Pattern | None:
    """Of a monthly or yearly rule: the day within the month."""
    if rule.month_days and rule.days:
        return None
    if rule.days:
        ordinals = {nth for nth, _ in rule.days}
        if len(rule.days) == 1 and not rule.positions and ordinals <= {1, 2, 3, 4, -1}:
            return msgspec.structs.replace(shape, days=every, week_of_month=rule.days[0][0])
        if ordinals == {0} and len(rule.positions) == 1 and rule.positions[0] in (1, 2, 3, 4, -1):
            return msgspec.structs.replace(shape, days=every, week_of_month=rule.positions[0])
        return None
    days = rule.month_days or (start.day,)
    if rule.positions:
        is_clamped = rule.positions == (-1,) and len(days) > 1 and days == tuple(range(28, days[-1] + 1))
        return msgspec.structs.replace(shape, day_of_month=days[-1]) if is_clamped else None
    if len(days) > 1:
        return None
    if days == (-1,):
        return msgspec.structs.replace(shape, days=EVERY_DAY, week_of_month=-1)
    return msgspec.structs.replace(shape, day_of_month=days[0]) if days[0] > 0 else None


def _check(rule: Rule) -> None:
    if rule.count is not None and rule.until is not None:
        raise Invalid("RRULE: COUNT and UNTIL exclude each other")
    if any(nth for nth, _ in rule.days) and rule.frequency in (Frequency.DAILY, Frequency.WEEKLY):
        raise Invalid("RRULE: BYDAY with a number needs FREQ=MONTHLY or YEARLY")
    if rule.weeks and rule.frequency is not Frequency.YEARLY:
        raise Invalid("RRULE: BYWEEKNO needs FREQ=YEARLY")
    if rule.year_days and rule.frequency is not Frequency.YEARLY:
        raise Invalid("RRULE: BYYEARDAY needs FREQ=YEARLY")
    if rule.month_days and rule.frequency is Frequency.WEEKLY:
        raise Invalid("RRULE: BYMONTHDAY does not go with FREQ=WEEKLY")
    others = rule.months or rule.month_days or rule.year_days or rule.weeks or rule.days
    if rule.positions and not others:
        raise Invalid("RRULE: BYSETPOS needs another BY part")


def _drop_time_of_day(parts: dict[str, str], start: datetime | None) -> None:
    """`BYHOUR=9;BYMINUTE=0` on an event that starts at nine says nothing; any other would be several times a day."""
    own = () if start is None else (start.hour, start.minute, start.second)
    for name, value in zip(_OF_THE_DAY, own, strict=False):
        if name in parts and parts[name].lstrip("0") == (str(value) if value else ""):
            del parts[name]
    for name in _OF_THE_DAY:
        if name in parts:
            raise Invalid(f"RRULE: {name} is not supported: a series happens at its start's time of day")


def _counted(parts: dict[str, str], name: str) -> int | None:
    text = parts.pop(name, None)
    if text is None:
        return None
    if not _NUMBER.fullmatch(text) or int(text) < 1:
        raise Invalid(f"RRULE: {name} is a number from 1 on, not {text[:40]!r}")
    return int(text)


def _numbers(parts: dict[str, str], name: str) -> tuple[int, ...]:
    text = parts.pop(name, "")
    if not text:
        return ()
    low, high = _LIMITS[name]
    found: list[int] = []
    for each in text.split(","):
        if not _NUMBER.fullmatch(each) or not low <= int(each) <= high or int(each) == 0:
            raise Invalid(f"RRULE: {name}={each[:40]} is out of range")
        found.append(int(each))
    return tuple(found)


def _days(text: str) -> tuple[tuple[int, int], ...]:
    found: list[tuple[int, int]] = []
    for each in text.split(",") if text else ():
        match = _DAY.fullmatch(each)
        if match is None or abs(int(match[1] or 0)) > 53 or match[1] in ("0", "00", "+0", "-0"):
            raise Invalid(f"RRULE: BYDAY={each[:40]} is no day of the week")
        found.append((int(match[1] or 0), DAYS.index(match[2])))
    return tuple(found)


def _week_start(text: str) -> int:
    if text not in DAYS:
        raise Invalid(f"RRULE: WKST={text[:40]} is no day of the week")
    return DAYS.index(text)


def _until(text: str | None) -> datetime | date | None:
    if text is None:
        return None
    match = _UNTIL.fullmatch(text)
    try:
        if match is None:
            raise ValueError(text)
        day = date(int(match[1]), int(match[2]), int(match[3]))
        if match[4] is None:
            return day
        at = datetime(day.year, day.month, day.day, int(match[4]), int(match[5]), int(match[6]))  # noqa: DTZ001 -- local
    except ValueError as error:
        raise Invalid(f"RRULE: UNTIL={text[:40]} is no date") from error
    return at.replace(tzinfo=UTC) if match[7] else at


def _until_text(until: datetime | date) -> str:
    if not isinstance(until, datetime):
        return until.strftime("%Y%m%d").rjust(8, "0")
    if until.tzinfo is None:
        return until.strftime("%Y%m%dT%H%M%S").rjust(15, "0")
    return until.astimezone(UTC).strftime("%Y%m%dT%H%M%S").rjust(15, "0") + "Z"
