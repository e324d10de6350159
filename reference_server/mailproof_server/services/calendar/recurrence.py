"""When a series happens: RFC 5545 section 3.3.10, computed in whole days of the event's own zone.

Theory
------
* A rule picks days (nothing repeats within a day), so periods of days are walked: a day, a week, a month or a year,
  `interval` of them apart. Each period's days are filtered by every BY part, and BYSETPOS picks from what is left.
* The walk begins at the window that is asked for, a whole number of intervals from the start, and ends with it: a rule
  that matches nothing costs no more than one that does. Only COUNT needs counting from the start; that is done once.
* "The DTSTART property value ... counts as the first occurrence", also of a rule that does not match it.
* A day's local start becomes an instant: one that the clocks skip moves forward by the gap, one that they show twice
  is the first of the two.
"""

from bisect import bisect_left
from calendar import isleap, monthrange
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from mailproof_server.model.errors import Invalid, TooMany
from mailproof_server.model.event import LAST_MOMENT, Event, EventKey, comparable_uid
from mailproof_server.model.ids import ItemId, Modseq
from mailproof_server.model.recurrence import Frequency, Rule, parse_rule
from mailproof_server.services.calendar.limits import CalendarLimits

_DAY = timedelta(days=1)
_LEAST = timedelta(microseconds=1)
_EARLIEST = datetime(1, 1, 2, tzinfo=UTC)


class Occurrence(NamedTuple):
    """One time at which an event happens."""

    starts_at: datetime
    ends_at: datetime
    original_start: datetime | None
    """Of a series: the start that names this occurrence; None: a single event."""
    exception: Event | None


class Series:
    """The occurrences of one event; what has been worked out is kept."""

    def __init__(self, event: Event, limits: CalendarLimits) -> None:
        """Raises Invalid for a rule that is broken."""
        self.event = event
        self._limits = limits
        self._zone = event.zone
        start = event.local_start
        self._first = start.date()
        self._time = start.time()
        text = event.recurrence.rule if event.recurrence is not None else ""
        self._rule = parse_rule(text, start) if text else None
        self._extra = tuple(sorted(event.recurrence.extra)) if event.recurrence is not None else ()
        self._deleted = frozenset(event.deleted)
        self._exceptions = {each.original_start: each for each in event.exceptions}
        self._counted: list[datetime] | None = None
        self._years: dict[int, list[datetime]] = {}

    @property
    def is_endless(self) -> bool:
        """Without an end, or with one so far away that nobody counts the occurrences up to it."""
        if self._rule is None or self._rule.count is not None:
            return False
        return self._rule.until is None or self._rule.until.year - self._first.year > self._limits.series_years

    # -- asking ------------------------------------------------------------------------------------------------------
    def between(self, start: datetime, end: datetime) -> list[Occurrence]:
        """What overlaps the half-open window, by start. Raises TooMany beyond `view_occurrences`."""
        length = self.event.ends_at - self.event.starts_at
        found: list[Occurrence] = []
        for original in self.starts(start - length - _DAY, end):
            if original not in self._exceptions:
                occurrence = Occurrence(original, self.end_of(original), original, None)
                if overlaps(occurrence.starts_at, occurrence.ends_at, start, end):
                    found.append(occurrence)
        for original_start, exception in self._exceptions.items():
            if overlaps(exception.starts_at, exception.ends_at, start, end):
                found.append(Occurrence(exception.starts_at, exception.ends_at, original_start, exception))
        found.sort(key=lambda each: each[:2])
        return found

    def starts(self, low: datetime, high: datetime) -> list[datetime]:
        """Original starts s with low <= s < high, ascending, without the deleted ones."""
        found = {each for each in self._by_rule(low, high) if low <= each < high}
        found.update(each for each in self._extra if low <= each < high)
        if len(found) > self._limits.view_occurrences:
            raise TooMany(f"More than {self._limits.view_occurrences} occurrences")
        return sorted(found - self._deleted)

    def has(self, original_start: datetime) -> bool:
        """Whether the series has (or had, before it was deleted) an occurrence there."""
        return original_start in self._extra or original_start in self._by_rule(original_start, original_start + _LEAST)

    def end_of(self, start: datetime) -> datetime:
        """Of an occurrence without exception: all-day ones last whole days, the others their exact time."""
        if not self.event.is_all_day:
            return start + (self.event.ends_at - self.event.starts_at)
        days = self.event.local_end.date() - self.event.local_start.date()
        return self._instant(start.astimezone(self._zone).date() + days)

    def first_and_last(self) -> tuple[datetime, datetime | None]:
        """Start of the earliest and end of the last occurrence; no last one: endless.

        Raises Invalid for a series without any occurrence, or whose COUNT is not reached in time.
        """
        starts = [each.starts_at for each in self.event.exceptions]
        ends = [each.ends_at for each in self.event.exceptions]
        if self.is_endless:
            return min([self.event.starts_at, *starts, *self._extra]), None
        first = min([self.event.starts_at, *self._extra])
        low, high = first.astimezone(self._zone).year, self._last_bound().astimezone(self._zone).year
        earliest = self._plain(range(low, high + 1))
        if earliest:
            starts.append(earliest[0])
            ends.append(self.end_of(self._plain(range(high, low - 1, -1))[-1]))
        if not starts:
            raise Invalid("Recurrence: no occurrence is left")
        return min(starts), max(ends)

    # -- parts -------------------------------------------------------------------------------------------------------
    def _plain(self, years: Iterable[int]) -> list[datetime]:
        """Of the first of the years that has any: the starts that are neither deleted nor exceptions."""
        for year in years:
            low = max(datetime(year, 1, 1, tzinfo=UTC) - _DAY, _EARLIEST)
            found = [each for each in self.starts(low, low + 368 * _DAY) if each not in self._exceptions]
            if found:
                return found
        return []

    def _by_rule(self, low: datetime, high: datetime) -> list[datetime]:
        """Those of the rule around [low, high), without looking at what is deleted."""
        if self._rule is None:
            return [self.event.starts_at]
        if self._rule.count is not None:
            counted = self._counted_starts(self._rule, self._rule.count)
            return counted[bisect_left(counted, low) : bisect_left(counted, high)]
        found: list[datetime] = []
        last = min(high, self._last_bound()).astimezone(self._zone).year
        for year in range(max(low.astimezone(self._zone).year, self._first.year), last + 1):
            if year not in self._years:
                self._years[year] = self._in_year(self._rule, year)
            found += self._years[year]
            if len(found) > self._limits.view_occurrences:
                raise TooMany(f"More than {self._limits.view_occurrences} occurrences")
        return found

    def _in_year(self, rule: Rule, year: int) -> list[datetime]:
        low, high = max(date(year, 1, 1), self._first), date(year, 12, 31)
        found = [self._instant(day) for day in _days(rule, self._first, low, high) if self._is_within(rule, day)]
        if year == self._first.year and self.event.starts_at not in found:
            found.insert(0, self.event.starts_at)
        return found

    def _counted_starts(self, rule: Rule, count: int) -> list[datetime]:
        if self._counted is None:
            self._counted = self._count(rule, count)
        return self._counted

    def _count(self, rule: Rule, count: int) -> list[datetime]:
        if count > self._limits.series_occurrences:
            raise Invalid(f"RRULE: COUNT={count} is more than {self._limits.series_occurrences}")
        years = self._limits.series_years
        high = date(min(self._first.year + years, LAST_MOMENT.year), 12, 31)
        found = [self.event.starts_at]
        for day in _days(rule, self._first, self._first, high):
            if len(found) == count:
                return found
            if day != self._first:
                found.append(self._instant(day))
        if len(found) < count:
            raise Invalid(f"RRULE: COUNT={count} is not reached within {years} years")
        return found

    def _is_within(self, rule: Rule, day: date) -> bool:
        until = rule.until
        if until is None:
            return True
        if not isinstance(until, datetime):
            return day <= until
        if until.tzinfo is None:
            return datetime.combine(day, self._time) <= until
        return self._instant(day) <= until

    def _last_bound(self) -> datetime:
        """Later than every start."""
        rule = self._rule
        bound = max([self.event.starts_at, *self._extra]) + _LEAST
        if rule is None:
            return bound
        if rule.count is not None:
            return max(bound, self._counted_starts(rule, rule.count)[-1] + _LEAST)
        if rule.until is None:
            return LAST_MOMENT
        until = rule.until if isinstance(rule.until, datetime) else datetime.combine(rule.until, time.max)
        if until.tzinfo is None:
            until = _clamped(until).replace(tzinfo=self._zone)
        return max(bound, min(until.astimezone(UTC) + _LEAST, LAST_MOMENT))

    def _instant(self, day: date) -> datetime:
        return datetime.combine(day, self._time, self._zone).astimezone(UTC)


class Expander:
    """Series of stored events, the most recently used of them kept for as long as the event stays the same."""

    def __init__(self, limits: CalendarLimits) -> None:
        self._limits = limits
        self._kept: OrderedDict[tuple[ItemId, Modseq], Series] = OrderedDict()

    def kept(self, item_id: ItemId, modseq: Modseq) -> Series | None:
        """The series as it was worked out before; None when it has to be given to `keep`."""
        key = (item_id, modseq)
        series = self._kept.get(key)
        if series is not None:
            self._kept.move_to_end(key)
        return series

    def keep(self, item_id: ItemId, modseq: Modseq, event: Event) -> Series:
        series = Series(event, self._limits)
        self._kept[item_id, modseq] = series
        if len(self._kept) > self._limits.cached_series:
            self._kept.popitem(last=False)
        return series


def overlaps(starts_at: datetime, ends_at: datetime, start: datetime, end: datetime) -> bool:
    """Half-open intervals: touching ends do not overlap; a moment without length is where it starts."""
    return starts_at < end and (ends_at > start or starts_at >= start)


def occurrences(event: Event, start: datetime, end: datetime, limits: CalendarLimits) -> list[Occurrence]:
    """Of an event, single or repeated, in the half-open window."""
    if event.is_series:
        return Series(event, limits).between(start, end)
    if overlaps(event.starts_at, event.ends_at, start, end):
        return [Occurrence(event.starts_at, event.ends_at, event.original_start, None)]
    return []


def event_key(event: Event, limits: CalendarLimits) -> EventKey:
    """What the store indexes. Raises Invalid for a series that never happens."""
    starts_at, ends_at = event.starts_at, event.ends_at
    last: datetime | None = ends_at
    if event.is_series:
        starts_at, last = Series(event, limits).first_and_last()
    if last is not None:
        last = max(last, starts_at + _LEAST)
    return EventKey(starts_at, last, event.is_series, comparable_uid(event.uid))


def _days(rule: Rule, first: date, low: date, high: date) -> Iterator[date]:
    """The days of the rule, ascending, from `low` (>= first) to `high`; COUNT and UNTIL are the caller's business."""
    for period in _periods(rule, first, low, high):
        chosen = [day for day in period if _matches(rule, first, day)]
        if rule.positions and chosen:
            picked = {each - 1 if each > 0 else len(chosen) + each for each in rule.positions}
            chosen = [day for at, day in enumerate(chosen) if at in picked]
        yield from (day for day in chosen if low <= day <= high)


def _periods(rule: Rule, first: date, low: date, high: date) -> Iterator[list[date]]:
    """Periods `interval` apart, counted from that of `first`, from the one that may hold `low`."""
    step = rule.interval
    if rule.frequency in (Frequency.DAILY, Frequency.WEEKLY):
        width = 1 if rule.frequency is Frequency.DAILY else 7
        start = first.toordinal() - ((first.weekday() - rule.week_start) % 7 if width == 7 else 0)
        stride = step * width
        start += max(0, low.toordinal() - start) // stride * stride
        for at in range(start, high.toordinal() + 1, stride):
            yield [date.fromordinal(each) for each in range(max(at, 1), at + width)]
    elif rule.frequency is Frequency.MONTHLY:
        month, last = first.year * 12 + first.month - 1, high.year * 12 + high.month - 1
        month += max(0, low.year * 12 + low.month - 1 - month) // step * step
        for at in range(month, last + 1, step):
            yield _month(at // 12, at % 12 + 1)
    else:
        year = first.year + max(0, low.year - first.year) // step * step
        for at in range(year, high.year + 1, step):
            yield [day for month in sorted(set(rule.months or range(1, 13))) for day in _month(at, month)]


def _month(year: int, month: int) -> list[date]:
    return [date(year, month, day) for day in range(1, monthrange(year, month)[1] + 1)]


def _matches(rule: Rule, first: date, day: date) -> bool:
    """Every BY part limits; what the rule leaves open is as in its first day."""
    if rule.months and day.month not in rule.months:
        return False
    if not (rule.days or rule.month_days or rule.year_days or rule.weeks):
        if rule.frequency is Frequency.WEEKLY:
            return day.weekday() == first.weekday()
        if rule.frequency is Frequency.DAILY:
            return True
        is_month = rule.frequency is Frequency.MONTHLY or bool(rule.months) or day.month == first.month
        return is_month and day.day == first.day
    if rule.month_days and not _is_numbered(rule.month_days, day.day, monthrange(day.year, day.month)[1]):
        return False
    if rule.year_days and not _is_numbered(rule.year_days, day.timetuple().tm_yday, 366 if isleap(day.year) else 365):
        return False
    if rule.weeks:
        number, count = _week(day, rule.week_start)
        if not _is_numbered(rule.weeks, number, count):
            return False
        if not (rule.days or rule.month_days or rule.year_days) and day.weekday() != first.weekday():
            return False
    return not rule.days or any(_is_day(rule, nth, weekday, day) for nth, weekday in rule.days)


def _is_numbered(wanted: tuple[int, ...], number: int, count: int) -> bool:
    """Counted from the front or, with a minus, from the back."""
    return number in wanted or number - count - 1 in wanted


def _is_day(rule: Rule, nth: int, weekday: int, day: date) -> bool:
    if day.weekday() != weekday:
        return False
    if not nth:
        return True
    if rule.frequency is Frequency.MONTHLY or rule.months:
        at, count = day.day, monthrange(day.year, day.month)[1]
    else:
        at, count = day.timetuple().tm_yday, 366 if isleap(day.year) else 365
    return nth in ((at - 1) // 7 + 1, -((count - at) // 7 + 1))


def _week(day: date, week_start: int) -> tuple[int, int]:
    """Number of the day's week, and how many its year has: a week belongs to the year of its fourth day."""
    fourth = _shifted(day, 3 - (day.weekday() - week_start) % 7)
    number = (fourth.timetuple().tm_yday - 1) // 7 + 1
    year_end = date(fourth.year, 12, 31)
    last = _shifted(year_end, 3 - (year_end.weekday() - week_start) % 7)
    return number, (53 if last.year == fourth.year and (last.timetuple().tm_yday - 1) // 7 == 52 else 52)


def _shifted(day: date, days: int) -> date:
    return date.fromordinal(min(max(day.toordinal() + days, 1), date.max.toordinal()))


def _clamped(moment: datetime) -> datetime:
    """Within what can still be converted between zones."""
    return min(max(moment, datetime(2, 1, 1)), datetime(9998, 12, 31))  # noqa: DTZ001 -- local
