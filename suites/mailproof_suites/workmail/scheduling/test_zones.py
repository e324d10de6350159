"""Zones, the gap and the doubled hour of the clock, whole days (RFC 5545 sections 3.3.5, 3.6.5)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailproof_suites.case import Account, expect, needs, requirement
from mailproof_suites.workmail.scheduling.invitation import PARIS, Meeting
from mailproof_suites.workmail.scheduling.planner import Planner, starts_of

pytestmark = needs("control:calendar", "control:user")
_FIXED = (
    "BEGIN:VTIMEZONE",
    "TZID:{name}",
    "BEGIN:STANDARD",
    "DTSTART:16010101T000000",
    "TZOFFSETFROM:+0545",
    "TZOFFSETTO:+0545",
    "END:STANDARD",
    "END:VTIMEZONE",
)
# The parameters of DTSTART, the local time, the zone that is sent along, and the instant.
_ZONES = {
    "iana": (";TZID=America/New_York", "20270309T100000", (), "03-09 15:00"),
    "utc": ("", "20270309T100000Z", (), "03-09 10:00"),
    "windows_name": (";TZID=W. Europe Standard Time", "20270709T100000", PARIS, "07-09 08:00"),
    "shown_name": (';TZID="(UTC+01:00) Brussels, Paris"', "20270309T100000", PARIS, "03-09 09:00"),
    "customized": (";TZID=Customized Time Zone", "20270709T100000", PARIS, "07-09 08:00"),
    "quarter_hours": (";TZID=Office", "20270309T100000", _FIXED, "03-09 04:15"),
    "in_the_gap": (";TZID=Europe/Paris", "20270328T023000", (), "03-28 01:30"),
    "ambiguous": (";TZID=Europe/Paris", "20271031T023000", (), "10-31 00:30"),
}


@requirement("SCHEDULING:CAL01-3", "CAL-01", "RFC5545:3.3.5-1")
@pytest.mark.parametrize(("parameter", "local", "zone", "start"), _ZONES.values(), ids=_ZONES)
def test_the_zone_of_an_invitation(
    planner: Planner,
    meeting: Meeting,
    zoe: Account,
    anna: Account,
    parameter: str,
    local: str,
    zone: tuple[str, ...],
    start: str,
) -> None:
    """Known by its name, or by the rules that come with it."""
    name = parameter.partition("=")[2].strip('"')
    zones = tuple(line.format(name=name) for line in zone)
    planner.send(
        replace(meeting, zones=zones, times=(f"DTSTART{parameter}:{local}", "DURATION:PT1H")), "REQUEST", zoe, anna
    )
    expect.equal([planner.event(anna, meeting.uid)["starts_at"]], starts_of([start]), "start")


@requirement("SCHEDULING:CAL01-2", "CAL-01")
def test_a_whole_day(planner: Planner, meeting: Meeting, zoe: Account, anna: Account) -> None:
    """A day long, also where no end is given."""
    planner.send(replace(meeting, times=("DTSTART;VALUE=DATE:20270309",)), "REQUEST", zoe, anna)
    event = planner.event(anna, meeting.uid)
    expect.equal(event["is_all_day"], True, "all day")
    rows = planner.control.call("calendar", "view", anna.address, "2027-03-09T12:00", "2027-03-09T13:00")
    expect.equal(len(rows), 1, "events at noon of the day")
