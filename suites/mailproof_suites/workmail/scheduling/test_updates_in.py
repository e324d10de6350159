"""Updates and cancellations by mail, in any order and from anybody (RFC 5546 sections 2.1.4, 3.2.2, 3.2.5)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailproof_suites.case import Account, Control, expect, needs, requirement
from mailproof_suites.workmail.scheduling.invitation import Meeting
from mailproof_suites.workmail.scheduling.planner import Planner

pytestmark = needs("control:calendar", "control:user")
_LATER = ("DTSTART;TZID=Europe/Paris:20270310T140000", "DTEND;TZID=Europe/Paris:20270310T150000")
_SERIES = (
    "DTSTART;TZID=Europe/Paris:20270301T100000",
    "DTEND;TZID=Europe/Paris:20270301T110000",
    "RRULE:FREQ=WEEKLY;COUNT=3",
)


def _accept(planner: Planner, who: Account, uid: str) -> None:
    event = planner.event(who, uid)
    planner.control.call("calendar", "respond", who.address, str(event["id"]), "accepted", "--no-send")


@requirement("SCHEDULING:CAL04-1", "CAL-04", "RFC5546:2.1.4-1")
def test_a_new_time_is_taken_and_asks_anew(planner: Planner, meeting: Meeting, zoe: Account, anna: Account) -> None:
    """Higher SEQUENCE: the event moves, and the old answer was to another meeting."""
    planner.send(meeting, "REQUEST", zoe, anna)
    _accept(planner, anna, meeting.uid)
    planner.send(replace(meeting, sequence=1, times=_LATER), "REQUEST", zoe, anna)
    event = planner.event(anna, meeting.uid, lambda each: each["sequence"] == 1)
    expect.equal(event["starts_at"], "2027-03-10T13:00:00Z", "start")
    expect.equal((event["my_response"], event["busy_status"]), ("none", "tentative"), "answer and status")


@requirement("SCHEDULING:CAL04-2", "CAL-04", "RFC5546:2.1.4-1")
def test_a_new_text_leaves_the_answer(planner: Planner, meeting: Meeting, zoe: Account, anna: Account) -> None:
    """Same SEQUENCE, newer DTSTAMP."""
    planner.send(meeting, "REQUEST", zoe, anna)
    _accept(planner, anna, meeting.uid)
    newer = replace(meeting, stamp="20270102T080000Z", facts=("SUMMARY:Other",))
    planner.send(newer, "REQUEST", zoe, anna)
    event = planner.event(anna, meeting.uid, lambda each: each["subject"] == "Other")
    expect.equal((event["my_response"], event["busy_status"]), ("accepted", "busy"), "answer and status")


@requirement("SCHEDULING:CAL04-3", "CAL-04", "RFC5546:2.1.4-1")
@pytest.mark.parametrize(
    ("sequence", "stamp"), [(1, "20270109T080000Z"), (2, "20261231T080000Z")], ids=["sequence", "stamp"]
)
def test_what_is_older_is_ignored(
    planner: Planner, meeting: Meeting, zoe: Account, anna: Account, sequence: int, stamp: str
) -> None:
    """Mail overtakes mail: the older request that comes later changes nothing."""
    planner.send(replace(meeting, sequence=2), "REQUEST", zoe, anna)
    planner.event(anna, meeting.uid)
    old = replace(meeting, sequence=sequence, stamp=stamp, times=_LATER)
    planner.arrived(planner.send(old, "REQUEST", zoe, anna), anna)
    expect.equal(planner.event(anna, meeting.uid)["starts_at"], "2027-03-09T09:00:00Z", "start")


@requirement("SCHEDULING:CAL04-4", "CAL-04", "RFC6047:2.3-1")
@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
@pytest.mark.parametrize("claims", ["the_organizer", "to_be_it"])
def test_only_the_organizer_changes_a_meeting(
    control: Control, planner: Planner, meeting: Meeting, zoe: Account, anna: Account, method: str, claims: str
) -> None:
    """Another one's update or cancellation is mail, in whoever's name it is written."""
    mallory = control.user()
    planner.send(meeting, "REQUEST", zoe, anna)
    planner.event(anna, meeting.uid)
    forged = replace(meeting, sequence=5, times=_LATER, organizer=zoe if claims == "the_organizer" else mallory)
    planner.arrived(planner.send(forged, method, mallory, anna), anna)
    event = planner.event(anna, meeting.uid)
    expect.equal((event["starts_at"], event["is_cancelled"]), ("2027-03-09T09:00:00Z", False), "start and state")


@requirement("SCHEDULING:CAL06-1", "CAL-06", "RFC5546:3.2.5-1")
def test_a_cancelled_meeting_takes_no_time(planner: Planner, meeting: Meeting, zoe: Account, anna: Account) -> None:
    """Marked, and free."""
    planner.send(meeting, "REQUEST", zoe, anna)
    _accept(planner, anna, meeting.uid)
    planner.send(replace(meeting, sequence=1, facts=("STATUS:CANCELLED",)), "CANCEL", zoe, anna)
    event = planner.event(anna, meeting.uid, lambda each: bool(each["is_cancelled"]))
    expect.equal(event["busy_status"], "free", "status")


@requirement("SCHEDULING:CAL04-3", "SCHEDULING:CAL06-1", "CAL-06")
def test_an_old_cancellation_is_ignored(planner: Planner, meeting: Meeting, zoe: Account, anna: Account) -> None:
    """It was for the meeting before the update."""
    planner.send(replace(meeting, sequence=3), "REQUEST", zoe, anna)
    planner.event(anna, meeting.uid)
    planner.arrived(planner.send(replace(meeting, sequence=1), "CANCEL", zoe, anna), anna)
    expect.equal(planner.event(anna, meeting.uid)["is_cancelled"], False, "cancelled")


@requirement("SCHEDULING:CAL06-1", "CAL-06")
def test_a_cancellation_of_nothing_makes_nothing(
    planner: Planner, meeting: Meeting, zoe: Account, anna: Account
) -> None:
    """Of a meeting that the calendar does not know."""
    planner.arrived(planner.send(meeting, "CANCEL", zoe, anna), anna)
    expect.equal(planner.events(anna), [], "events in the calendar")


@requirement("SCHEDULING:CAL06-3", "CAL-06")
def test_one_occurrence_is_cancelled(planner: Planner, meeting: Meeting, zoe: Account, anna: Account) -> None:
    """The others stay."""
    planner.send(replace(meeting, times=_SERIES), "REQUEST", zoe, anna)
    planner.event(anna, meeting.uid)
    one = (
        "DTSTART;TZID=Europe/Paris:20270308T100000",
        "RECURRENCE-ID;TZID=Europe/Paris:20270308T100000",
        "STATUS:CANCELLED",
    )
    planner.arrived(planner.send(replace(meeting, sequence=1, times=one), "CANCEL", zoe, anna), anna)
    expect.equal(planner.starts(anna), ["2027-03-01T09:00:00Z", "2027-03-15T09:00:00Z"], "starts that are left")


@requirement("SCHEDULING:CAL04-1", "CAL-04")
def test_one_occurrence_is_moved(planner: Planner, meeting: Meeting, zoe: Account, anna: Account) -> None:
    """By a request for it alone; the others stay."""
    planner.send(replace(meeting, times=_SERIES), "REQUEST", zoe, anna)
    planner.event(anna, meeting.uid)
    one = (
        "DTSTART;TZID=Europe/Paris:20270309T150000",
        "DTEND;TZID=Europe/Paris:20270309T160000",
        "RECURRENCE-ID;TZID=Europe/Paris:20270308T100000",
    )
    planner.arrived(planner.send(replace(meeting, sequence=1, times=one), "REQUEST", zoe, anna), anna)
    starts = ["2027-03-01T09:00:00Z", "2027-03-09T14:00:00Z", "2027-03-15T09:00:00Z"]
    expect.equal(planner.starts(anna), starts, "starts")


@requirement("SCHEDULING:CAL03-1", "CAL-03")
def test_an_occurrence_without_its_series(planner: Planner, meeting: Meeting, zoe: Account, anna: Account) -> None:
    """Who is invited to one occurrence only has that one."""
    times = (*_LATER, "RECURRENCE-ID;TZID=Europe/Paris:20270310T100000")
    planner.send(replace(meeting, times=times), "REQUEST", zoe, anna)
    planner.event(anna, meeting.uid)
    expect.equal(planner.starts(anna), ["2027-03-10T13:00:00Z"], "starts")
