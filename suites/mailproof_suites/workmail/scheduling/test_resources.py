"""Rooms and equipment answer by their booking options (FEATURES CAL-10, WorkMail BookingOptions)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailproof_suites.case import Account, expect, needs, requirement
from mailproof_suites.workmail.scheduling.invitation import Meeting
from mailproof_suites.workmail.scheduling.planner import Planner

pytestmark = needs("control:calendar", "control:user", "control:resource")
_HOUR = "DURATION:PT1H"
# The times of a second meeting beside one from 10 to 11 in Paris on 9 March, and the answer to it.
_SECOND = {
    "same_time": (("DTSTART:20270309T090000Z", _HOUR), "DECLINED"),
    "within": (("DTSTART:20270309T092000Z", "DURATION:PT20M"), "DECLINED"),
    "around": (("DTSTART:20270309T070000Z", "DURATION:PT9H"), "DECLINED"),
    "last_minute": (("DTSTART:20270309T095900Z", _HOUR), "DECLINED"),
    "another_zone": (("DTSTART;TZID=America/New_York:20270309T043000", _HOUR), "DECLINED"),
    "series_that_comes_by": (("DTSTART:20270302T093000Z", _HOUR, "RRULE:FREQ=WEEKLY"), "DECLINED"),
    "whole_day": (("DTSTART;VALUE=DATE:20270309",), "DECLINED"),
    "right_after": (("DTSTART:20270309T100000Z", _HOUR), "ACCEPTED"),
    "right_before": (("DTSTART:20270309T080000Z", _HOUR), "ACCEPTED"),
    "another_day": (("DTSTART:20270310T090000Z", _HOUR), "ACCEPTED"),
    "series_past_it": (("DTSTART:20270303T090000Z", _HOUR, "RRULE:FREQ=WEEKLY"), "ACCEPTED"),
}


@requirement("SCHEDULING:CAL10-1", "CAL-10", "RFC5546:3.2.3-1")
@pytest.mark.parametrize(("kind", "named"), [("room", "ROOM"), ("equipment", "RESOURCE")])
def test_it_accepts_by_itself(planner: Planner, zoe: Account, kind: str, named: str) -> None:
    """One REPLY in its own name, by a machine, and the meeting is in its calendar."""
    room = planner.resource(kind)
    made = planner.invite(zoe, room)
    mail = planner.mail(zoe, "REPLY")
    party = mail.attendees[room]
    told = (str(party.params.get("PARTSTAT")), str(party.params.get("CUTYPE")))
    expect.equal(told, ("ACCEPTED", named), "PARTSTAT and CUTYPE")
    expect.contains(str(mail.message["From"]), room, "From")
    expect.equal(str(mail.message["Auto-Submitted"]), "auto-replied", "Auto-Submitted")
    planner.attendee(zoe, made["uid"], room, "accepted")
    event = planner.event(room, made["uid"])
    expect.equal((event["busy_status"], event["my_response"]), ("busy", "accepted"), "the room's calendar")


@requirement("SCHEDULING:CAL10-1", "CAL-10")
def test_it_accepts_a_foreign_request(planner: Planner, meeting: Meeting) -> None:
    """That came by mail."""
    room = planner.resource()
    expect.equal(planner.book(meeting, room)[0], "ACCEPTED", "the answer")
    event = planner.event(room, meeting.uid)
    expect.equal((event["busy_status"], event["my_response"]), ("busy", "accepted"), "the room's calendar")


@requirement("SCHEDULING:CAL10-2", "CAL-10")
@pytest.mark.parametrize(("times", "response"), _SECOND.values(), ids=_SECOND)
def test_a_second_meeting(
    planner: Planner, meeting: Meeting, anna: Account, times: tuple[str, ...], response: str
) -> None:
    """Declined where it meets the first one at any time."""
    room = planner.resource()
    planner.book(meeting, room)
    given, _ = planner.book(meeting, room, 2, organizer=anna, times=times)
    expect.equal(given, response, "the answer to the second one")
    expect.equal(len(planner.events(room)), 1 if response == "DECLINED" else 2, "events in the room's calendar")


@requirement("SCHEDULING:CAL10-2", "CAL-10")
@pytest.mark.parametrize("why", ["conflicts_allowed", "cancelled", "free"])
def test_what_is_no_conflict(planner: Planner, meeting: Meeting, zoe: Account, anna: Account, why: str) -> None:
    """A room that takes conflicts, a meeting that is off, and one that takes no time."""
    options = ("--delegate", zoe.address, "--no-decline-conflicts") if why == "conflicts_allowed" else ()
    room = planner.resource("room", *options)
    facts = ("SUMMARY:x", *(["TRANSP:TRANSPARENT"] if why == "free" else []))
    given, first = planner.book(meeting, room, facts=facts)
    expect.equal(given, "ACCEPTED", "the answer to the first one")
    if why == "cancelled":
        planner.send(replace(first, sequence=1, facts=("STATUS:CANCELLED",)), "CANCEL", zoe, room)
    expect.equal(planner.book(meeting, room, 2, organizer=anna)[0], "ACCEPTED", "the answer to the second one")


@requirement("SCHEDULING:CAL10-3", "CAL-10")
@pytest.mark.parametrize("rule", [(), ("RRULE:FREQ=WEEKLY;COUNT=3",)], ids=["single", "series"])
@pytest.mark.parametrize("declines", [True, False], ids=["declines_series", "takes_series"])
def test_series(planner: Planner, meeting: Meeting, zoe: Account, declines: bool, rule: tuple[str, ...]) -> None:
    """Declined where they are; single meetings are not."""
    room = planner.resource("room", *(["--delegate", zoe.address, "--decline-recurring"] if declines else []))
    given, _ = planner.book(meeting, room, times=(*meeting.times, *rule))
    expect.equal(given, "DECLINED" if declines and rule else "ACCEPTED", "the answer")


@requirement("SCHEDULING:CAL10-6", "CAL-10")
def test_of_simultaneous_requests_one_is_accepted(
    planner: Planner, meeting: Meeting, zoe: Account, anna: Account
) -> None:
    """Sent on two connections before either is answered."""
    room = planner.resource()
    line = (f"ATTENDEE;CUTYPE=ROOM;RSVP=TRUE:mailto:{room}",)
    both = {
        zoe: replace(meeting, attendees=line),
        anna: replace(meeting, uid=f"2-{meeting.uid}", organizer=anna, attendees=line),
    }
    planner.send_together(both, room)
    answers = [str(planner.mail(who, "REPLY").attendees[room].params["PARTSTAT"]) for who in both]
    expect.equal(sorted(answers), ["ACCEPTED", "DECLINED"], "answers")
    expect.equal(len(planner.events(room)), 1, "events in the room's calendar")
