"""The organiser changes the list of attendees or calls the meeting off (FEATURES CAL-04, CAL-06, RFC 5546)."""

from __future__ import annotations

import pytest

from mailproof_suites.case import Account, Control, expect, needs, requirement
from mailproof_suites.workmail.scheduling.planner import Planner

pytestmark = needs("control:calendar", "control:user")


@requirement("SCHEDULING:CAL04-7", "CAL-04", "RFC5546:3.2.5-1")
def test_who_is_added_and_who_is_removed(control: Control, planner: Planner, zoe: Account, anna: Account) -> None:
    """The one is invited, the other is told that it is off; who stays is not bothered."""
    ben, carl = control.user(), control.user()
    made = planner.invite(zoe, anna, ben)
    planner.mail(ben, "REQUEST")
    planner.update(zoe, made["id"], {"attendees": [ben.address, carl.address]}, "--send", "changed")
    planner.mail(carl, "REQUEST")
    cancel = planner.mail(anna, "CANCEL")
    expect.equal(set(cancel.attendees), {anna.address}, "ATTENDEE of the CANCEL", requirement="RFC5546:3.2.5-1")
    planner.event(anna, made["uid"], lambda each: bool(each["is_cancelled"]))
    planner.settled(ben)
    planner.mails(ben, "REQUEST", 1)


@requirement("SCHEDULING:CAL06-2", "SCHEDULING:CAL06-1", "CAL-06", "RFC5546:3.2.5-1")
def test_the_cancellation(control: Control, planner: Planner, zoe: Account, anna: Account) -> None:
    """One CANCEL with the STATUS, a higher SEQUENCE and the organiser's words; gone from the organiser's calendar."""
    made = planner.invite(zoe, anna)
    control.call("calendar", "cancel", zoe.address, str(made["id"]), "--comment", "We are ill")
    mail = planner.mail(anna, "CANCEL")
    expect.equal(mail.method_parameter, "CANCEL", "method parameter")
    expect.equal(str(mail.event["UID"]), made["uid"], "UID")
    expect.equal(str(mail.event["STATUS"]), "CANCELLED", "STATUS")
    expect.equal(int(mail.event["SEQUENCE"]), 1, "SEQUENCE")
    expect.contains(mail.message.as_string(), "We are ill", "the message")
    planner.event(anna, made["uid"], lambda each: bool(each["is_cancelled"]) and each["busy_status"] == "free")
    expect.equal(planner.events(zoe), [], "the organiser's calendar")


@requirement("SCHEDULING:CAL06-3", "CAL-06")
def test_one_occurrence_is_called_off(control: Control, planner: Planner, zoe: Account, anna: Account) -> None:
    """RECURRENCE-ID names it; both calendars keep the others."""
    made = planner.invite(zoe, anna, recurrence="FREQ=DAILY;COUNT=3")
    planner.event(anna, made["uid"])
    zone = ("--zone", "Europe/Paris")
    control.call("calendar", "cancel", zoe.address, str(made["id"]), "--occurrence", "2027-03-10T10:00", *zone)
    mail = planner.mail(anna, "CANCEL")
    expect.equal(mail.event["RECURRENCE-ID"].dt.isoformat(), "2027-03-10T10:00:00+01:00", "RECURRENCE-ID")
    for who in (zoe, anna):
        expect.equal(planner.starts(who), ["2027-03-09T09:00:00Z", "2027-03-11T09:00:00Z"], f"starts of {who}")


@requirement("SCHEDULING:CAL06-4", "CAL-06")
@pytest.mark.parametrize("act", ["attendee_cancels", "organizer_answers", "answer_to_cancelled"])
def test_who_may_do_what(control: Control, planner: Planner, zoe: Account, anna: Account, act: str) -> None:
    """Only the organiser cancels, only the invited answer, and nobody a cancelled meeting."""
    made = planner.invite(zoe, anna)
    mine = planner.event(anna, made["uid"])
    if act == "attendee_cancels":
        control.refusal("calendar", "cancel", anna.address, str(mine["id"]))
        expect.equal(planner.event(zoe, made["uid"])["is_cancelled"], False, "cancelled")
        return
    if act == "organizer_answers":
        control.refusal("calendar", "respond", zoe.address, str(made["id"]), "accepted")
        return
    control.call("calendar", "cancel", zoe.address, str(made["id"]))
    planner.event(anna, made["uid"], lambda each: bool(each["is_cancelled"]))
    control.refusal("calendar", "respond", anna.address, str(mine["id"]), "accepted")
