"""Broken rules, unknown zones, impossible times: refused by name, and the mail arrives (RFC 5545, RFC 6047)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mailproof_suites.case import Account, Control, expect, needs, requirement
from mailproof_suites.workmail.scheduling.invitation import Meeting
from mailproof_suites.workmail.scheduling.planner import Planner

pytestmark = needs("control:calendar", "control:user")
_START = "DTSTART:20270309T100000Z"
_BAD = {
    "unknown_zone": ("DTSTART;TZID=Nowhere/Land:20270309T100000",),
    "no_frequency": (_START, "RRULE:COUNT=3"),
    "unknown_frequency": (_START, "RRULE:FREQ=FORTNIGHTLY"),
    "interval_0": (_START, "RRULE:FREQ=DAILY;INTERVAL=0"),
    "unknown_day": (_START, "RRULE:FREQ=WEEKLY;BYDAY=XX"),
    "month_13": (_START, "RRULE:FREQ=YEARLY;BYMONTH=13"),
    "rule_of_words": (_START, "RRULE:every second tuesday"),
    "no_start": ("SUMMARY:x",),
    "impossible_day": ("DTSTART:20270230T100000Z",),
    "words_for_a_day": ("DTSTART:tomorrow",),
    "end_before_start": (_START, "DTEND:20270309T090000Z"),
}
# What an operator's document says, and the word that the refusal names it by.
_REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "unknown_zone": ({"time_zone": "Nowhere/Land"}, "Nowhere/Land"),
    "unknown_frequency": ({"recurrence": "FREQ=FORTNIGHTLY"}, "FORTNIGHTLY"),
    "no_frequency": ({"recurrence": "COUNT=3"}, "FREQ"),
    "unknown_day": ({"recurrence": "FREQ=WEEKLY;BYDAY=XX"}, "BYDAY"),
    "interval_0": ({"recurrence": "FREQ=DAILY;INTERVAL=0"}, "INTERVAL"),
    "end_before_start": ({"ends_at": "2027-03-09T09:00"}, "end"),
    "unknown_field": ({"colour": "red"}, "colour"),
    "no_moment": ({"starts_at": "tomorrow"}, "tomorrow"),
}


@requirement("SCHEDULING:CAL01-4", "CAL-03", "RFC5545:3.3.10-1")
@pytest.mark.parametrize("times", _BAD.values(), ids=_BAD)
def test_the_mail_arrives_and_the_calendar_stays(
    planner: Planner, meeting: Meeting, zoe: Account, anna: Account, times: tuple[str, ...]
) -> None:
    """Delivery never stops because an invitation is broken; nor does the calendar take what it cannot show."""
    planner.arrived(planner.send(replace(meeting, times=times), "REQUEST", zoe, anna), anna)
    expect.equal(planner.events(anna), [], "events in the calendar")


@requirement("SCHEDULING:CAL01-4", "CAL-03")
@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"\xff\xfe\x00",
        b"BEGIN:VCALENDAR\r\n" * 2000,
        b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:x",
    ],
    ids=["empty", "no_text", "nested", "cut"],
)
def test_octets_that_are_no_calendar(planner: Planner, zoe: Account, anna: Account, octets: bytes) -> None:
    """Mail all the same."""
    planner.arrived(planner.send_text(octets, "REQUEST", zoe, anna, form="base64"), anna)
    expect.equal(planner.events(anna), [], "events in the calendar")


@requirement("SCHEDULING:CAL01-4", "CAL-04")
def test_a_broken_update_leaves_the_event(planner: Planner, meeting: Meeting, zoe: Account, anna: Account) -> None:
    """What was understood before stays as it was."""
    planner.send(meeting, "REQUEST", zoe, anna)
    planner.event(anna, meeting.uid)
    planner.arrived(planner.send(replace(meeting, sequence=1, times=_BAD["interval_0"]), "REQUEST", zoe, anna), anna)
    expect.equal(planner.event(anna, meeting.uid)["starts_at"], "2027-03-09T09:00:00Z", "start")


@requirement("SCHEDULING:CAL01-4", "CAL-01")
@pytest.mark.parametrize(("facts", "word"), _REFUSED.values(), ids=_REFUSED)
def test_the_operators_event_is_refused_by_name(
    control: Control, planner: Planner, anna: Account, facts: dict[str, Any], word: str
) -> None:
    """The refusal says what is wrong, and nothing is made."""
    usual = {"starts_at": "2027-03-09T10:00", "ends_at": "2027-03-09T11:00", "time_zone": "Europe/Paris"}
    problem = control.refusal("calendar", "create", anna.address, "-", input=usual | facts)
    expect.contains(problem.text.lower(), word.lower(), "the refusal")
    expect.equal(planner.events(anna), [], "events in the calendar")
