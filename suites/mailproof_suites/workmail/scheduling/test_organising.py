"""Meetings that are made here: what the attendees get by mail, and when (FEATURES CAL-02 to CAL-06, RFC 5546)."""

from __future__ import annotations

import pytest

from mailproof_suites.case import Account, Control, expect, needs, requirement
from mailproof_suites.workmail.scheduling.planner import MeetingMail, Planner, address

pytestmark = needs("control:calendar", "control:user")
# What an update changes, whether it is another meeting by that, and so a higher SEQUENCE.
_CHANGES = {
    "start": ({"starts_at": "2027-03-09T09:30"}, True),
    "end": ({"ends_at": "2027-03-09T12:00"}, True),
    "place": ({"location": "Elsewhere"}, True),
    "subject": ({"subject": "Other"}, False),
    "text": ({"body": "Bring tea"}, False),
    "reminder": ({"reminder_minutes": 5}, False),
}


def _update(control: Control, owner: Account, event: int, change: dict[str, object], *options: str) -> None:
    control.call("calendar", "update", owner.address, str(event), "-", *options, input=change)


@requirement("SCHEDULING:CAL02-2", "SCHEDULING:CAL02-3", "CAL-02", "CAL-03", "RFC5546:3.2.2-1", "RFC6047:2.4-1")
def test_the_invitation(planner: Planner, zoe: Account, anna: Account) -> None:
    """One REQUEST that says everything, from the organiser to the attendee."""
    made = planner.invite(zoe, anna, location="Hall", body="Bring tea")
    mail = planner.mail(anna, "REQUEST")
    event = mail.event
    expect.equal(mail.method_parameter, "REQUEST", "method parameter", requirement="RFC6047:2.4-1")
    expect.equal(str(event["UID"]), made["uid"], "UID")
    expect.equal(int(event.get("SEQUENCE", -1)), 0, "SEQUENCE")
    expect.equal(event["DTSTART"].dt.isoformat(), "2027-03-09T10:00:00+01:00", "DTSTART")
    expect.equal((str(event["SUMMARY"]), str(event["LOCATION"])), ("Planning", "Hall"), "SUMMARY and LOCATION")
    expect.equal(address(event["ORGANIZER"]), zoe.address, "ORGANIZER")
    expect.given(event.get("DTSTAMP"), "DTSTAMP")
    _is_asked(mail, anna)
    expect.contains(str(mail.message["From"]), zoe.address, "From")
    expect.contains(str(mail.message["To"]), anna.address, "To")


def _is_asked(mail: MeetingMail, who: Account) -> None:
    party = mail.attendees.get(who.address)
    expect.that(party is not None, "ATTENDEE", expected=who.address, actual=list(mail.attendees))
    told = (str(party.params.get("PARTSTAT", "NEEDS-ACTION")), str(party.params.get("RSVP", "FALSE")).upper())
    expect.equal(told, ("NEEDS-ACTION", "TRUE"), "PARTSTAT and RSVP")


@requirement("SCHEDULING:CAL02-2", "CAL-02")
def test_a_copy_is_in_sent_items(planner: Planner, zoe: Account, anna: Account) -> None:
    """Of the organiser."""
    made = planner.invite(zoe, anna)
    (mail,) = planner.mails(zoe, "REQUEST", folder='"Sent Items"'.strip('"'))
    expect.equal(str(mail.event["UID"]), made["uid"], "UID")


@requirement("SCHEDULING:CAL02-2", "SCHEDULING:CAL02-3", "CAL-02")
def test_every_attendee_is_named_to_every_other(
    control: Control, planner: Planner, zoe: Account, anna: Account
) -> None:
    """Two people and somebody outside get the same list, once each."""
    ben = control.user()
    planner.invite(zoe, anna, ben, "guest@elsewhere.example")
    for who in (anna, ben):
        mail = planner.mail(who, "REQUEST")
        expect.equal(
            set(mail.attendees) - {zoe.address}, {anna.address, ben.address, "guest@elsewhere.example"}, "ATTENDEE"
        )


@requirement("SCHEDULING:CAL03-1", "CAL-03")
def test_the_attendees_calendar_has_it(planner: Planner, zoe: Account, anna: Account) -> None:
    """Tentative, as after an invitation from outside."""
    made = planner.invite(zoe, anna)
    event = planner.event(anna, made["uid"])
    expect.equal((event["busy_status"], event["my_response"]), ("tentative", "none"), "status and answer")
    organised = planner.event(zoe, made["uid"])
    expect.equal((organised["meeting"], organised["busy_status"]), ("organized", "busy"), "the organiser's own")


@requirement("SCHEDULING:CAL04-6", "CAL-04")
@pytest.mark.parametrize("act", ["create", "update"])
def test_nobody_is_told(control: Control, planner: Planner, zoe: Account, anna: Account, act: str) -> None:
    """ "Save" instead of "send"."""
    made = planner.create(zoe, {"attendees": [anna.address]}, *(["--no-send"] if act == "create" else []))
    if act == "create":
        planner.no_mail(anna, "REQUEST")
        expect.equal(planner.events(anna), [], "events in the attendee's calendar")
        return
    planner.mail(anna, "REQUEST")
    _update(control, zoe, made["id"], {"starts_at": "2027-03-09T09:30"}, "--send", "nobody")
    planner.settled(anna)
    planner.mails(anna, "REQUEST", 1)
    expect.equal(planner.event(anna, made["uid"])["starts_at"], "2027-03-09T09:00:00Z", "start")
    expect.equal(planner.event(zoe, made["uid"])["starts_at"], "2027-03-09T08:30:00Z", "the organiser's start")


@requirement("SCHEDULING:CAL04-5", "SCHEDULING:CAL04-1", "CAL-04", "RFC5546:2.1.4-1")
@pytest.mark.parametrize(("change", "is_significant"), _CHANGES.values(), ids=_CHANGES)
def test_an_update(
    control: Control, planner: Planner, zoe: Account, anna: Account, change: dict[str, object], is_significant: bool
) -> None:
    """SEQUENCE rises with what makes it another meeting, and the answers are asked for anew just then."""
    made = planner.invite(zoe, anna)
    mine = planner.event(anna, made["uid"])
    control.call("calendar", "respond", anna.address, str(mine["id"]), "accepted")
    planner.attendee(zoe, made["uid"], anna, "accepted")
    _update(control, zoe, made["id"], change)
    mails = planner.mails(anna, "REQUEST", 2)
    expect.equal(sorted(int(each.event["SEQUENCE"]) for each in mails), [0, int(is_significant)], "SEQUENCE")
    planner.attendee(zoe, made["uid"], anna, "none" if is_significant else "accepted")
    expect.equal(planner.event(anna, made["uid"])["my_response"], "none" if is_significant else "accepted", "answer")


@requirement("SCHEDULING:CAL04-7", "CAL-04", "RFC5546:3.2.5-1")
def test_who_is_added_and_who_is_removed(control: Control, planner: Planner, zoe: Account, anna: Account) -> None:
    """The one is invited, the other is told that it is off; who stays is not bothered."""
    ben, carl = control.user(), control.user()
    made = planner.invite(zoe, anna, ben)
    planner.mail(ben, "REQUEST")
    _update(control, zoe, made["id"], {"attendees": [ben.address, carl.address]}, "--send", "changed")
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
