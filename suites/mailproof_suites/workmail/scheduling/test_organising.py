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
    expect.contains(list(mail.attendees), who.address, "ATTENDEE")
    party = mail.attendees[who.address]
    told = (str(party.params.get("PARTSTAT", "NEEDS-ACTION")), str(party.params.get("RSVP", "FALSE")).upper())
    expect.equal(told, ("NEEDS-ACTION", "TRUE"), "PARTSTAT and RSVP")


@requirement("SCHEDULING:CAL02-2", "CAL-02")
def test_a_copy_is_in_sent_items(planner: Planner, zoe: Account, anna: Account) -> None:
    """Of the organiser."""
    made = planner.invite(zoe, anna)
    (mail,) = planner.mails(zoe, "REQUEST", folder="Sent Items")
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
    planner.update(zoe, made["id"], {"starts_at": "2027-03-09T09:30"}, "--send", "nobody")
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
    planner.update(zoe, made["id"], change)
    mails = planner.mails(anna, "REQUEST", 2)
    expect.equal(sorted(int(each.event["SEQUENCE"]) for each in mails), [0, int(is_significant)], "SEQUENCE")
    planner.attendee(zoe, made["uid"], anna, "none" if is_significant else "accepted")
    expect.equal(planner.event(anna, made["uid"])["my_response"], "none" if is_significant else "accepted", "answer")
