"""Series against two independent implementations, and the cases on which those say nothing."""

# ruff: noqa: DTZ001 -- local digits, to which a zone is given

from datetime import UTC, date, datetime, timedelta
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import msgspec
import pytest
import recurring_ical_events
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from mailproof_server.model.errors import Invalid, TooMany
from mailproof_server.model.event import Event, Recurrence
from mailproof_server.model.recurrence import DAYS, Frequency, Pattern, ShortMonths, parse_rule, pattern_of, rule_of
from mailproof_server.services.calendar.limits import CalendarLimits
from mailproof_server.services.calendar.recurrence import Series, event_key, occurrences

LIMITS = CalendarLimits()
PARIS = ZoneInfo("Europe/Paris")


def series(rule: str, start: datetime, *, zone: str = "Europe/Paris", hours: float = 1, **facts: Any) -> Event:
    """`start`: local digits."""
    starts_at = start.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    recurrence = Recurrence(rule=rule, extra=facts.pop("extra", ()))
    return Event(
        starts_at=starts_at, ends_at=starts_at + timedelta(hours=hours), time_zone=zone, recurrence=recurrence, **facts
    )


def local_days(event: Event, start: date, end: date) -> list[date]:
    low = datetime(start.year, start.month, start.day, tzinfo=event.zone)
    high = datetime(end.year, end.month, end.day, tzinfo=event.zone)
    return [each.starts_at.astimezone(event.zone).date() for each in Series(event, LIMITS).between(low, high)]


def numbers(low: int, high: int) -> st.SearchStrategy[str]:
    one = st.integers(low, high).filter(bool)
    return st.lists(one, min_size=1, max_size=3, unique=True).map(lambda each: ",".join(map(str, each)))


@st.composite
def rules(draw: st.DrawFn) -> str:
    frequency = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = [f"FREQ={frequency}", f"INTERVAL={draw(st.integers(1, 5))}"]
    if draw(st.booleans()):
        parts.append(f"WKST={draw(st.sampled_from(DAYS))}")
    if draw(st.booleans()):
        parts.append(f"BYMONTH={draw(numbers(1, 12)).replace('-', '')}")
    if frequency in ("MONTHLY", "YEARLY") and draw(st.booleans()):
        parts.append(f"BYMONTHDAY={draw(numbers(-31, 31))}")
    if frequency == "YEARLY" and draw(st.integers(0, 4)) == 0:
        parts.append(f"BYYEARDAY={draw(numbers(-366, 366))}")
    if draw(st.booleans()):
        days = draw(st.lists(st.sampled_from(DAYS), min_size=1, max_size=4, unique=True))
        if frequency in ("MONTHLY", "YEARLY") and draw(st.booleans()):
            days = [f"{draw(st.sampled_from([1, 2, 3, 4, 5, -1, -2]))}{day}" for day in days]
        parts.append(f"BYDAY={','.join(days)}")
    if any(part.startswith("BY") for part in parts) and draw(st.integers(0, 2)) == 0:
        parts.append(f"BYSETPOS={draw(numbers(-4, 4))}")
    return ";".join(parts)


@settings(max_examples=60, deadline=None)  # dateutil looks for what never comes up to the year 9999
@given(rules(), st.dates(date(2019, 1, 1), date(2027, 12, 31)), st.integers(0, 900))
def test_days_are_those_that_dateutil_finds(rule: str, first: date, later: int) -> None:
    start = datetime(first.year, first.month, first.day, 9, 30)
    window_start, window_end = start + timedelta(days=later), start + timedelta(days=later + 800)
    expected = [each.date() for each in rrulestr(rule, dtstart=start).between(window_start, window_end, inc=True)]
    if later == 0 and start.date() not in expected:
        expected.insert(0, start.date())
    event = series(rule, start)
    found = local_days(event, window_start.date(), (window_end + timedelta(days=1)).date())
    assert found == expected


@settings(max_examples=20, deadline=None)
@given(rules(), st.dates(date(2020, 1, 1), date(2025, 12, 31)), st.integers(1, 30))
def test_a_count_is_counted_from_the_start(rule: str, first: date, count: int) -> None:
    start = datetime(first.year, first.month, first.day, 9, 30)
    expected = [each.date() for each in rrulestr(rule, dtstart=start).between(start, datetime(2060, 1, 1), inc=True)]
    if start.date() not in expected:
        expected.insert(0, start.date())
    if len(expected) >= count:
        event = series(f"{rule};COUNT={count}", start)
        assert local_days(event, date(2019, 1, 1), date(2020, 1, 1)) == []
        whole = [each.astimezone(PARIS).date() for each in Series(event, LIMITS).starts(event.starts_at, LAST)]
        assert whole == expected[:count]


LAST = datetime(2200, 1, 1, tzinfo=UTC)


def test_a_series_with_holes_and_moved_occurrences_is_as_recurring_ical_events_has_it() -> None:
    text = """BEGIN:VCALENDAR
BEGIN:VEVENT
UID:x
DTSTART;TZID=Europe/Paris:20260302T090000
DTEND;TZID=Europe/Paris:20260302T100000
RRULE:FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20260501T000000Z
EXDATE;TZID=Europe/Paris:20260309T090000
RDATE;TZID=Europe/Paris:20260313T150000
END:VEVENT
BEGIN:VEVENT
UID:x
RECURRENCE-ID;TZID=Europe/Paris:20260401T090000
DTSTART;TZID=Europe/Paris:20260402T140000
DTEND;TZID=Europe/Paris:20260402T160000
END:VEVENT
END:VCALENDAR
"""
    window = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)
    calendar = icalendar.Calendar.from_ical(text.replace("\n", "\r\n"))
    expected = sorted(
        (each["DTSTART"].dt.astimezone(UTC), each["DTEND"].dt.astimezone(UTC))
        for each in recurring_ical_events.of(calendar).between(*window)
    )
    moved = Event(
        starts_at=datetime(2026, 4, 2, 12, tzinfo=UTC),
        ends_at=datetime(2026, 4, 2, 14, tzinfo=UTC),
        original_start=datetime(2026, 4, 1, 7, tzinfo=UTC),
    )
    event = series(
        "FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20260501T000000Z",
        datetime(2026, 3, 2, 9),
        deleted=(datetime(2026, 3, 9, 8, tzinfo=UTC),),
        extra=(datetime(2026, 3, 13, 14, tzinfo=UTC),),
        exceptions=(moved,),
    )
    found = occurrences(event, *window, LIMITS)
    assert [(each.starts_at, each.ends_at) for each in found] == expected
    assert len(found) == 18
    key = event_key(event, LIMITS)
    assert key.starts_at == datetime(2026, 3, 2, 8, tzinfo=UTC)
    assert key.ends_at == datetime(2026, 4, 29, 8, tzinfo=UTC)


def test_the_local_time_stays_over_the_change_of_clocks() -> None:
    event = series("FREQ=WEEKLY", datetime(2026, 3, 23, 9))
    found = Series(event, LIMITS).between(event.starts_at, event.starts_at + timedelta(days=15))
    assert [each.starts_at.hour for each in found] == [8, 7, 7]
    assert {each.ends_at - each.starts_at for each in found} == {timedelta(hours=1)}


def test_a_start_that_the_clocks_skip_moves_forward_and_a_doubled_one_is_the_first() -> None:
    skipped = Series(series("FREQ=DAILY", datetime(2026, 3, 28, 2, 30)), LIMITS)
    assert skipped.starts(datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 3, 30, tzinfo=UTC))[0] == datetime(
        2026, 3, 29, 1, 30, tzinfo=UTC
    )
    doubled = Series(series("FREQ=DAILY", datetime(2026, 10, 24, 2, 30)), LIMITS)
    assert doubled.starts(datetime(2026, 10, 25, tzinfo=UTC), datetime(2026, 10, 25, 12, tzinfo=UTC)) == [
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    ]


def test_all_day_occurrences_are_whole_local_days_over_the_change_of_clocks() -> None:
    event = series("FREQ=DAILY;COUNT=4", datetime(2026, 3, 27), hours=24, is_all_day=True)
    found = Series(event, LIMITS).between(event.starts_at, event.starts_at + timedelta(days=9))
    assert [each.ends_at - each.starts_at for each in found] == [timedelta(hours=h) for h in (24, 24, 23, 24)]


def test_touching_ends_do_not_overlap_and_a_moment_without_length_is_found() -> None:
    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    hour = timedelta(hours=1)
    event = Event(starts_at=at, ends_at=at + hour)
    assert not occurrences(event, at + hour, at + 2 * hour, LIMITS)
    assert not occurrences(event, at - hour, at, LIMITS)
    assert occurrences(event, at, at + hour, LIMITS)
    assert occurrences(Event(starts_at=at, ends_at=at), at, at + hour, LIMITS)


@pytest.mark.parametrize(
    ("rule", "word"),
    [
        ("", "no rule part"),
        ("FREQ=SECONDLY", "FREQ"),
        ("FREQ=HOURLY;COUNT=2", "FREQ"),
        ("INTERVAL=2", "FREQ"),
        ("FREQ=DAILY;FREQ=DAILY", "twice"),
        ("FREQ=DAILY;INTERVAL=0", "INTERVAL"),
        ("FREQ=DAILY;COUNT=0", "COUNT"),
        ("FREQ=DAILY;COUNT=-1", "COUNT"),
        ("FREQ=DAILY;COUNT=99999999999999", "COUNT"),
        ("FREQ=DAILY;COUNT=2;UNTIL=20260101", "UNTIL"),
        ("FREQ=DAILY;UNTIL=20260231", "UNTIL"),
        ("FREQ=DAILY;UNTIL=tomorrow", "UNTIL"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "BYMONTHDAY"),
        ("FREQ=WEEKLY;BYDAY=XX", "BYDAY"),
        ("FREQ=WEEKLY;BYDAY=2MO", "BYDAY"),
        ("FREQ=WEEKLY;BYMONTHDAY=1", "BYMONTHDAY"),
        ("FREQ=DAILY;BYHOUR=9,10", "BYHOUR"),
        ("FREQ=DAILY;BYSETPOS=1", "BYSETPOS"),
        ("FREQ=DAILY;X-NEW=1", "X-NEW"),
        ("FREQ=DAILY;BYEASTER=1", "BYEASTER"),
        ("FREQ=MONTHLY;BYWEEKNO=1", "BYWEEKNO"),
        ("FREQ=DAILY;" + "BYDAY=" + "MO," * 1000, "longer"),
    ],
)
def test_a_broken_rule_is_refused_by_name(rule: str, word: str) -> None:
    with pytest.raises(Invalid, match=word):
        parse_rule(rule)


def test_a_time_of_day_that_only_repeats_the_start_is_let_pass() -> None:
    rule = parse_rule("FREQ=DAILY;BYHOUR=09;BYMINUTE=0;BYSECOND=00", datetime(2026, 1, 1, 9))
    assert rule.text() == "FREQ=DAILY"


@settings(max_examples=200, deadline=None)
@given(rules())
def test_a_rule_comes_back_from_its_text(rule: str) -> None:
    parsed = parse_rule(rule)
    assert parse_rule(parsed.text()) == parsed


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYDAY=5MO;BYMONTHDAY=1",
    ],
)
def test_a_rule_that_matches_nothing_costs_next_to_nothing(rule: str) -> None:
    event = series(rule, datetime(1970, 1, 1, 9))
    began = perf_counter()
    assert Series(event, LIMITS).between(datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)) == []
    assert event_key(event, LIMITS).ends_at is None
    assert perf_counter() - began < 0.5


def test_counts_and_extra_starts_have_limits() -> None:
    with pytest.raises(Invalid, match="COUNT=20000 is more than"):
        event_key(series("FREQ=DAILY;COUNT=20000", datetime(2026, 1, 1)), LIMITS)
    with pytest.raises(Invalid, match="not reached"):
        event_key(series("FREQ=YEARLY;INTERVAL=100;COUNT=9", datetime(2026, 1, 1)), LIMITS)
    narrow = CalendarLimits(view_occurrences=100)
    with pytest.raises(TooMany):
        Series(series("FREQ=DAILY", datetime(2026, 1, 1)), narrow).between(
            datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
        )


def test_a_series_of_which_everything_is_deleted_is_refused() -> None:
    event = series("FREQ=DAILY;COUNT=1", datetime(2026, 1, 1, 9))
    with pytest.raises(Invalid, match="no occurrence"):
        event_key(Event(**{**_facts(event), "deleted": (event.starts_at,)}), LIMITS)


def _facts(event: Event) -> dict[str, Any]:
    return {name: getattr(event, name) for name in event.__struct_fields__}


def test_a_weekly_series_over_two_years_is_expanded_in_five_milliseconds_and_then_kept() -> None:
    event = series("FREQ=WEEKLY;BYDAY=MO", datetime(2026, 1, 5, 9))
    window = datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
    times = []
    for _ in range(5):
        began = perf_counter()
        one = Series(event, LIMITS)
        assert len(one.between(*window)) == 104
        times.append(perf_counter() - began)
    assert min(times) < 0.005
    began = perf_counter()
    one.between(*window)
    assert perf_counter() - began < 0.002


PATTERNS = [
    ("FREQ=DAILY;INTERVAL=3", {"frequency": "DAILY", "interval": 3}),
    ("FREQ=WEEKLY;BYDAY=TU,TH", {"frequency": "WEEKLY", "days": (1, 3)}),
    ("FREQ=MONTHLY;BYMONTHDAY=15", {"frequency": "MONTHLY", "day_of_month": 15}),
    ("FREQ=MONTHLY;BYDAY=2TU", {"frequency": "MONTHLY", "days": (1,), "week_of_month": 2}),
    (
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        {"frequency": "MONTHLY", "days": (0, 1, 2, 3, 4), "week_of_month": -1},
    ),
    ("FREQ=MONTHLY;BYMONTHDAY=-1", {"frequency": "MONTHLY", "days": tuple(range(7)), "week_of_month": -1}),
    ("FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=2", {"frequency": "YEARLY", "month": 3, "day_of_month": 2}),
    ("FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", {"frequency": "YEARLY", "month": 11, "days": (3,), "week_of_month": 4}),
    ("FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1", {"frequency": "MONTHLY", "day_of_month": 31}),
]


@pytest.mark.parametrize(("rule", "pattern"), PATTERNS)
def test_rules_and_exchange_patterns_say_the_same(rule: str, pattern: dict[str, Any]) -> None:
    wanted = msgspec.convert(pattern, Pattern)
    assert pattern_of(parse_rule(rule), datetime(2026, 3, 2)) == wanted
    assert rule_of(wanted).text() == rule


@pytest.mark.parametrize(
    "rule",
    ["FREQ=MONTHLY;BYMONTHDAY=7,8", "FREQ=YEARLY;BYWEEKNO=20", "FREQ=YEARLY;BYYEARDAY=100", "FREQ=YEARLY;BYDAY=20MO"],
)
def test_what_exchange_cannot_say_has_no_pattern(rule: str) -> None:
    assert pattern_of(parse_rule(rule), datetime(2026, 3, 2)) is None


def test_the_31st_is_the_last_day_for_outlook_and_skipped_by_the_rfc() -> None:
    pattern = Pattern(frequency=Frequency.MONTHLY, day_of_month=31)
    start = datetime(2026, 1, 31, 9)
    year = date(2026, 1, 1), date(2026, 7, 1)
    clamped = local_days(series(rule_of(pattern).text(), start), *year)
    assert [each.day for each in clamped] == [31, 28, 31, 30, 31, 30]
    skipped = local_days(series(rule_of(pattern, short_months=ShortMonths.SKIP).text(), start), *year)
    assert [each.day for each in skipped] == [31, 31, 31]
