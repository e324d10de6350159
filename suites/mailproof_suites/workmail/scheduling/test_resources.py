"""Rooms and equipment answer by their booking options (FEATURES CAL-10, WorkMail BookingOptions)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mailproof_suites.case import Account, Control, expect, needs, requirement
from mailproof_suites.workmail.scheduling.invitation import Meeting
from mailproof_suites.workmail.scheduling.planner import Planner, instant

pytestmark = needs("control:calendar", "control:user", "control:resource")
# A second meeting beside one from 10 to 11 on 9 March, and whether a room that declines conflicts declines it.
_SECOND: dict[str, tuple[dict[str, Any], bool]] = {
    "same_time": ({}, True),
    "within": ({"starts_at": "2027-03-09T10:20", "ends_at": "2027-03-09T10:40"}, True),
    "around": ({"starts_at": "2027-03-09T08:00", "ends_at": "2027-03-09T18:00"}, True),
    "last_minute": ({"starts_at": "2027-03-09T10:59", "ends_at": "2027-03-09T12:00"}, True),
    "another_zone": (
        {"time_zone": "America/New_York", "starts_at": "2027-03-09T04:30", "ends_at": "2027-03-09T05:30"},
        True,
    ),
    "series_that_comes_by": (
        {"starts_at": "2027-03-02T10:30", "ends_at": "2027-03-02T11:30", "recurrence": "FREQ=WEEKLY"},
        True,
    ),
    "whole_day": ({"is_all_day": True, "starts_at": "2027-03-09T00:00", "ends_at": "2027-03-10T00:00"}, True),
    "right_after": ({"starts_at": "2027-03-09T11:00", "ends_at": "2027-03-09T12:00"}, False),
    "right_before": ({"starts_at": "2027-03-09T09:00", "ends_at": "2027-03-09T10:00"}, False),
    "another_day": ({"starts_at": "2027-03-10T10:00", "ends_at": "2027-03-10T11:00"}, False),
    "series_past_it": (
        {"starts_at": "2027-03-03T10:00", "ends_at": "2027-03-03T11:00", "recurrence": "FREQ=WEEKLY"},
        False,
    ),
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
def test_it_accepts_a_foreign_request(planner: Planner, meeting: Meeting, zoe: Account) -> None:
    """That came by mail."""
    room = planner.resource()
    line = f"ATTENDEE;CUTYPE=ROOM;RSVP=TRUE:mailto:{room}"
    planner.send(replace(meeting, attendees=(line,)), "REQUEST", zoe, room)
    expect.equal(str(planner.mail(zoe, "REPLY").event["UID"]), meeting.uid, "UID")
    planner.event(room, meeting.uid)


@requirement("SCHEDULING:CAL10-2", "CAL-10")
@pytest.mark.parametrize(("second", "conflicts"), _SECOND.values(), ids=_SECOND)
def test_a_second_meeting(
    planner: Planner, zoe: Account, anna: Account, second: dict[str, Any], conflicts: bool
) -> None:
    """Declined where it meets the first one at any time."""
    room = planner.resource()
    first = planner.invite(zoe, room)
    planner.attendee(zoe, first["uid"], room, "accepted")
    other = planner.invite(anna, room, **second)
    planner.attendee(anna, other["uid"], room, "declined" if conflicts else "accepted")
    expect.equal(len(planner.events(room)), 1 if conflicts else 2, "events in the room's calendar")


@requirement("SCHEDULING:CAL10-2", "CAL-10")
@pytest.mark.parametrize("why", ["conflicts_allowed", "cancelled", "free"])
def test_what_is_no_conflict(control: Control, planner: Planner, zoe: Account, anna: Account, why: str) -> None:
    """A room that takes conflicts, a meeting that is off, and one that takes no time."""
    room = (
        planner.resource("room", "--delegate", zoe.address, "--no-decline-conflicts")
        if why == "conflicts_allowed"
        else planner.resource()
    )
    first = planner.invite(zoe, room, **({"busy_status": "free", "intended_status": "free"} if why == "free" else {}))
    planner.attendee(zoe, first["uid"], room, "accepted")
    if why == "cancelled":
        control.call("calendar", "cancel", zoe.address, str(first["id"]))
    other = planner.invite(anna, room)
    planner.attendee(anna, other["uid"], room, "accepted")


@requirement("SCHEDULING:CAL10-3", "CAL-10")
@pytest.mark.parametrize("recurrence", [None, "FREQ=WEEKLY;COUNT=3"], ids=["single", "series"])
@pytest.mark.parametrize("declines", [True, False], ids=["declines_series", "takes_series"])
def test_series(planner: Planner, zoe: Account, declines: bool, recurrence: str | None) -> None:
    """Declined where they are; single meetings are not."""
    room = planner.resource("room", *(["--delegate", zoe.address, "--decline-recurring"] if declines else []))
    made = planner.invite(zoe, room, **({} if recurrence is None else {"recurrence": recurrence}))
    planner.attendee(zoe, made["uid"], room, "declined" if declines and recurrence else "accepted")


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
def test_an_update_is_decided_anew(control: Control, planner: Planner, zoe: Account, anna: Account, to: str) -> None:
    """Moved to a free time it is accepted; to a taken one declined, and the old time is free."""
    room = planner.resource()
    taken = planner.invite(anna, room, starts_at="2027-03-10T10:00", ends_at="2027-03-10T11:00")
    made = planner.invite(zoe, room)
    planner.attendee(zoe, made["uid"], room, "accepted")
    day = "2027-03-10" if to == "taken" else "2027-03-11"
    change = {"starts_at": f"{day}T10:30", "ends_at": f"{day}T11:30"}
    control.call("calendar", "update", zoe.address, str(made["id"]), "-", input=change)
    planner.attendee(zoe, made["uid"], room, "declined" if to == "taken" else "accepted")
    there = {each["uid"]: each["starts_at"] for each in planner.events(room)}
    kept = {} if to == "taken" else {made["uid"]: "2027-03-11T09:30:00Z"}
    expect.equal(there, {taken["uid"]: "2027-03-10T09:00:00Z", **kept}, "the room's calendar")


@requirement("SCHEDULING:CAL10-5", "CAL-10")
def test_a_cancellation_frees_the_time(control: Control, planner: Planner, zoe: Account, anna: Account) -> None:
    """Silently: nobody answers a cancellation."""
    room = planner.resource()
    made = planner.invite(zoe, room)
    planner.attendee(zoe, made["uid"], room, "accepted")
    control.call("calendar", "cancel", zoe.address, str(made["id"]))
    second = planner.invite(anna, room)
    planner.attendee(anna, second["uid"], room, "accepted")
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
