"""Rooms and equipment answer by their booking options (FEATURES CAL-10, WorkMail BookingOptions)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mailproof_suites.case import Account, Control, expect, needs, requirement
from mailproof_suites.workmail.scheduling.invitation import Meeting
from mailproof_suites.workmail.scheduling.planner import Planner, instant

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


def _book(planner: Planner, meeting: Meeting, room: str, number: int = 0, **changes: Any) -> tuple[str, Meeting]:
    """Have the organiser's own client ask for a room; the answer, and the meeting as it was asked for.

    Args:
        meeting: what is asked for, but for the changes.
        room: its address.
        number: a meeting of its own for each.
        changes: fields of the meeting.
    """
    uid = f"{number}-{meeting.uid}" if number else meeting.uid
    line = f"ATTENDEE;CUTYPE=ROOM;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:{room}"
    asked = replace(meeting, attendees=(line,), **{"uid": uid, **changes})
    organizer = expect.given(asked.organizer, "the organiser")
    planner.send(asked, "REQUEST", organizer, room)
    return planner.reply(organizer, asked.uid, asked.sequence), asked


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
    expect.equal(_book(planner, meeting, room)[0], "ACCEPTED", "the answer")
    event = planner.event(room, meeting.uid)
    expect.equal((event["busy_status"], event["my_response"]), ("busy", "accepted"), "the room's calendar")


@requirement("SCHEDULING:CAL10-2", "CAL-10")
@pytest.mark.parametrize(("times", "response"), _SECOND.values(), ids=_SECOND)
def test_a_second_meeting(
    planner: Planner, meeting: Meeting, anna: Account, times: tuple[str, ...], response: str
) -> None:
    """Declined where it meets the first one at any time."""
    room = planner.resource()
    _book(planner, meeting, room)
    given, _ = _book(planner, meeting, room, 2, organizer=anna, times=times)
    expect.equal(given, response, "the answer to the second one")
    expect.equal(len(planner.events(room)), 1 if response == "DECLINED" else 2, "events in the room's calendar")


@requirement("SCHEDULING:CAL10-2", "CAL-10")
@pytest.mark.parametrize("why", ["conflicts_allowed", "cancelled", "free"])
def test_what_is_no_conflict(planner: Planner, meeting: Meeting, zoe: Account, anna: Account, why: str) -> None:
    """A room that takes conflicts, a meeting that is off, and one that takes no time."""
    options = ("--delegate", zoe.address, "--no-decline-conflicts") if why == "conflicts_allowed" else ()
    room = planner.resource("room", *options)
    facts = ("SUMMARY:x", *(["TRANSP:TRANSPARENT"] if why == "free" else []))
    given, first = _book(planner, meeting, room, facts=facts)
    expect.equal(given, "ACCEPTED", "the answer to the first one")
    if why == "cancelled":
        planner.send(replace(first, sequence=1, facts=("STATUS:CANCELLED",)), "CANCEL", zoe, room)
    expect.equal(_book(planner, meeting, room, 2, organizer=anna)[0], "ACCEPTED", "the answer to the second one")


@requirement("SCHEDULING:CAL10-3", "CAL-10")
@pytest.mark.parametrize("rule", [(), ("RRULE:FREQ=WEEKLY;COUNT=3",)], ids=["single", "series"])
@pytest.mark.parametrize("declines", [True, False], ids=["declines_series", "takes_series"])
def test_series(planner: Planner, meeting: Meeting, zoe: Account, declines: bool, rule: tuple[str, ...]) -> None:
    """Declined where they are; single meetings are not."""
    room = planner.resource("room", *(["--delegate", zoe.address, "--decline-recurring"] if declines else []))
    given, _ = _book(planner, meeting, room, times=(*meeting.times, *rule))
    expect.equal(given, "DECLINED" if declines and rule else "ACCEPTED", "the answer")


@requirement("SCHEDULING:CAL10-4", "CAL-10", "DELE-06")
@pytest.mark.parametrize("given", ["accepted", "declined"])
def test_its_delegate_answers(control: Control, planner: Planner, zoe: Account, anna: Account, given: str) -> None:
    """The delegate gets the request, the time is held, and the organiser hears of the delegate's decision."""
    room = planner.resource("equipment", "--no-auto-accept", "--delegate", anna.address)
    made = planner.invite(zoe, room)
    planner.mail(anna, "REQUEST")
    held = planner.event(room, made["uid"])
    expect.equal((held["busy_status"], held["my_response"]), ("tentative", "none"), "the room's calendar")
    planner.no_mail(zoe, "REPLY")
    control.call("calendar", "respond", room, str(held["id"]), given, "--as", anna.address)
    mail = planner.mail(zoe, "REPLY")
    expect.equal(list(mail.attendees), [room], "ATTENDEE")
    planner.attendee(zoe, made["uid"], room, given)


@requirement("SCHEDULING:CAL10-2", "SCHEDULING:CAL10-4", "CAL-10")
def test_a_conflict_is_declined_without_the_delegate(planner: Planner, zoe: Account, anna: Account) -> None:
    """Where conflicts are declined, nobody needs to be asked."""
    room = planner.resource("room", "--no-auto-accept", "--delegate", anna.address)
    first = planner.invite(zoe, room)
    planner.event(room, first["uid"])
    second = planner.invite(zoe, room)
    planner.attendee(zoe, second["uid"], room, "declined")
    planner.settled(anna)
    planner.mails(anna, "REQUEST", 1)


@requirement("SCHEDULING:CAL10-5", "CAL-10")
@pytest.mark.parametrize("to", ["free", "taken"])
def test_an_update_is_decided_anew(planner: Planner, meeting: Meeting, anna: Account, to: str) -> None:
    """Moved to a free time it is accepted; to a taken one declined, and the old time is free."""
    room = planner.resource()
    _book(planner, meeting, room, 2, organizer=anna, times=("DTSTART:20270310T090000Z", _HOUR))
    _book(planner, meeting, room)
    day = "20270310" if to == "taken" else "20270311"
    given, _ = _book(planner, meeting, room, sequence=1, times=(f"DTSTART:{day}T093000Z", _HOUR))
    expect.equal(given, "DECLINED" if to == "taken" else "ACCEPTED", "the answer to the update")
    there = sorted(each["starts_at"] for each in planner.events(room))
    kept = [] if to == "taken" else ["2027-03-11T09:30:00Z"]
    expect.equal(there, ["2027-03-10T09:00:00Z", *kept], "starts in the room's calendar")


@requirement("SCHEDULING:CAL10-5", "CAL-10")
def test_a_cancellation_frees_the_time(planner: Planner, meeting: Meeting, zoe: Account, anna: Account) -> None:
    """Silently: nobody answers a cancellation."""
    room = planner.resource()
    _, first = _book(planner, meeting, room)
    planner.send(replace(first, sequence=1, facts=("STATUS:CANCELLED",)), "CANCEL", zoe, room)
    expect.equal(_book(planner, meeting, room, 2, organizer=anna)[0], "ACCEPTED", "the answer to the next one")
    planner.settled(zoe)
    planner.mails(zoe, "REPLY", 1)


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


@requirement("SCHEDULING:CAL10-7", "CAL-10")
@pytest.mark.parametrize("how", ["no_delegate", "last_delegate_taken"])
def test_somebody_has_to_answer(control: Control, planner: Planner, anna: Account, how: str) -> None:
    """Without automatic answers there is a delegate."""
    room = planner.resource("room", *([] if how == "no_delegate" else ["--no-auto-accept", "--delegate", anna.address]))
    options = "--no-auto-accept" if how == "no_delegate" else "--no-delegates"
    control.refusal("resource", "booking", room, options)


@requirement("SCHEDULING:CAL10-5", "CAL-10")
def test_an_older_request_frees_nothing(planner: Planner, meeting: Meeting, zoe: Account) -> None:
    """A request that was overtaken changes neither the calendar nor the answer."""
    room = planner.resource()
    newest = replace(meeting, sequence=2, attendees=(f"ATTENDEE;RSVP=TRUE:mailto:{room}",))
    planner.send(newest, "REQUEST", zoe, room)
    planner.mail(zoe, "REPLY")
    old = replace(newest, sequence=1, times=("DTSTART:20270401T100000Z", "DURATION:PT1H"))
    planner.send(old, "REQUEST", zoe, room)
    planner.settled(zoe)
    planner.mails(zoe, "REPLY", 1)
    start = instant(planner.event(room, meeting.uid)["starts_at"])
    expect.equal(start.isoformat(), "2027-03-09T09:00:00+00:00", "start")
