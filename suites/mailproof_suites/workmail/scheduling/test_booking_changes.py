"""What follows when a booking changes, and who answers (FEATURES CAL-10, WorkMail BookingOptions)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailproof_suites.case import Account, Control, expect, needs, requirement
from mailproof_suites.workmail.scheduling.invitation import Meeting
from mailproof_suites.workmail.scheduling.planner import Planner, instant

pytestmark = needs("control:calendar", "control:user", "control:resource")
_HOUR = "DURATION:PT1H"


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
    planner.book(meeting, room, 2, organizer=anna, times=("DTSTART:20270310T090000Z", _HOUR))
    planner.book(meeting, room)
    day = "20270310" if to == "taken" else "20270311"
    given, _ = planner.book(meeting, room, sequence=1, times=(f"DTSTART:{day}T093000Z", _HOUR))
    expect.equal(given, "DECLINED" if to == "taken" else "ACCEPTED", "the answer to the update")
    there = sorted(each["starts_at"] for each in planner.events(room))
    kept = [] if to == "taken" else ["2027-03-11T09:30:00Z"]
    expect.equal(there, ["2027-03-10T09:00:00Z", *kept], "starts in the room's calendar")


@requirement("SCHEDULING:CAL10-5", "CAL-10")
def test_a_cancellation_frees_the_time(planner: Planner, meeting: Meeting, zoe: Account, anna: Account) -> None:
    """Silently: nobody answers a cancellation."""
    room = planner.resource()
    _, first = planner.book(meeting, room)
    planner.send(replace(first, sequence=1, facts=("STATUS:CANCELLED",)), "CANCEL", zoe, room)
    expect.equal(planner.book(meeting, room, 2, organizer=anna)[0], "ACCEPTED", "the answer to the next one")
    planner.settled(zoe)
    planner.mails(zoe, "REPLY", 1)


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
