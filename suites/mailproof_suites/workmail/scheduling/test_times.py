"""Zones, changes of the clock, and series, as the calendar counts them (RFC 5545 sections 3.3.5, 3.3.10, 3.6.5)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailproof_suites.case import Account, expect, needs, requirement
from mailproof_suites.workmail.scheduling.invitation import Meeting
from mailproof_suites.workmail.scheduling.planner import Planner, starts_of

pytestmark = needs("control:calendar", "control:user")
# A first local start in a zone, the lines that make the series, and every start in UTC.
_SERIES = {
    "over_spring": (
        "Europe/Paris",
        "20270327T100000",
        ["RRULE:FREQ=DAILY;COUNT=3"],
        "03-27 09:00,03-28 08:00,03-29 08:00",
    ),
    "over_autumn": (
        "Europe/Paris",
        "20271030T100000",
        ["RRULE:FREQ=DAILY;COUNT=3"],
        "10-30 08:00,10-31 09:00,11-01 09:00",
    ),
    "new_york": ("America/New_York", "20270308T100000", ["RRULE:FREQ=WEEKLY;COUNT=2"], "03-08 15:00,03-15 14:00"),
    "southern": ("Australia/Sydney", "20270403T100000", ["RRULE:FREQ=DAILY;COUNT=2"], "04-02 23:00,04-04 00:00"),
    "last_friday": (
        "UTC",
        "20270129T100000",
        ["RRULE:FREQ=MONTHLY;BYDAY=-1FR;COUNT=3"],
        "01-29 10:00,02-26 10:00,03-26 10:00",
    ),
    "day_31": ("UTC", "20270131T100000", ["RRULE:FREQ=MONTHLY;COUNT=3"], "01-31 10:00,03-31 10:00,05-31 10:00"),
    "third_weekday": (
        "UTC",
        "20270805T100000",
        ["RRULE:FREQ=MONTHLY;COUNT=2;BYDAY=TU,WE,TH;BYSETPOS=3"],
        "08-05 10:00,09-07 10:00",
    ),
    "week_from_monday": (
        "UTC",
        "20270803T100000",
        ["RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO"],
        "08-03 10:00,08-08 10:00,08-17 10:00,08-22 10:00",
    ),
    "week_from_sunday": (
        "UTC",
        "20270803T100000",
        ["RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU"],
        "08-03 10:00,08-15 10:00,08-17 10:00,08-29 10:00",
    ),
    "until_the_last_start": (
        "UTC",
        "20270309T100000",
        ["RRULE:FREQ=DAILY;UNTIL=20270311T100000Z"],
        "03-09 10:00,03-10 10:00,03-11 10:00",
    ),
    "until_before_it": (
        "UTC",
        "20270309T100000",
        ["RRULE:FREQ=DAILY;UNTIL=20270311T095959Z"],
        "03-09 10:00,03-10 10:00",
    ),
    "excluded": (
        "Europe/Paris",
        "20270327T100000",
        ["RRULE:FREQ=DAILY;COUNT=3", "EXDATE;TZID=Europe/Paris:20270328T100000"],
        "03-27 09:00,03-29 08:00",
    ),
    "extra": (
        "Europe/Paris",
        "20270309T100000",
        ["RRULE:FREQ=DAILY;COUNT=2", "RDATE;TZID=Europe/Paris:20270320T180000"],
        "03-09 09:00,03-10 09:00,03-20 17:00",
    ),
    "leap_day": ("UTC", "20270228T100000", ["RRULE:FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=2"], "02-28 10:00,03-31 10:00"),
}


@requirement("SCHEDULING:CAL01-1", "SCHEDULING:CAL01-2", "CAL-01", "RFC5545:3.3.10-1")
@pytest.mark.parametrize(("zone", "first", "lines", "starts"), _SERIES.values(), ids=_SERIES)
def test_a_series(
    planner: Planner,
    meeting: Meeting,
    zoe: Account,
    anna: Account,
    zone: str,
    first: str,
    lines: list[str],
    starts: str,
) -> None:
    """Its starts, over the changes of the clock."""
    begin = f"DTSTART:{first}Z" if zone == "UTC" else f"DTSTART;TZID={zone}:{first}"
    planner.send(replace(meeting, times=(begin, "DURATION:PT1H", *lines)), "REQUEST", zoe, anna)
    planner.event(anna, meeting.uid)
    expect.equal(planner.starts(anna), starts_of(starts.split(",")), "starts")


@requirement("SCHEDULING:CAL01-2", "CAL-01")
def test_a_series_with_an_exception(planner: Planner, meeting: Meeting, zoe: Account, anna: Account) -> None:
    """One occurrence is another day, under another name."""
    moved = replace(
        meeting,
        times=("RECURRENCE-ID:20270310T100000Z", "DTSTART:20270312T150000Z", "DURATION:PT1H"),
        facts=("SUMMARY:Moved",),
    )
    series = ("DTSTART:20270309T100000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=3")
    planner.send(replace(meeting, times=series, others=(moved,)), "REQUEST", zoe, anna)
    planner.event(anna, meeting.uid)
    expect.equal(planner.starts(anna), starts_of(["03-09 10:00", "03-11 10:00", "03-12 15:00"]), "starts")
    rows = planner.control.call("calendar", "view", anna.address, "2027-03-12", "2027-03-13")
    expect.equal([row["subject"] for row in rows], ["Moved"], "subject of the exception")
