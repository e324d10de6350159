"""An invitation that arrives by mail: in the inbox, and tentative in the calendar (RFC 6047, RFC 5546)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailproof_suites.case import Account, Control, expect, needs, requirement
from mailproof_suites.workmail.scheduling.invitation import FORMS, Meeting
from mailproof_suites.workmail.scheduling.planner import Planner

pytestmark = needs("control:calendar", "control:user")
# What the invitation says beside its time, and what the calendar then says.
_FACTS = {
    "subject": (("SUMMARY:Café\\, crème \\; more",), "subject", "Café, crème ; more"),
    "folded": (("SUMMARY:A subject that is fol", " ded"), "subject", "A subject that is folded"),
    "location": (("LOCATION:4th floor\\, east",), "location", "4th floor, east"),
    "description": (("DESCRIPTION:one\\ntwo",), "body", "one\ntwo"),
    "private": (("CLASS:PRIVATE",), "sensitivity", "private"),
    "confidential": (("CLASS:CONFIDENTIAL",), "sensitivity", "confidential"),
    "high": (("PRIORITY:1",), "importance", "high"),
    "low": (("PRIORITY:9",), "importance", "low"),
    "categories": (("CATEGORIES:Red,Green",), "categories", ["Red", "Green"]),
    "transparent": (("TRANSP:TRANSPARENT",), "busy_status", "free"),
    "reminder": (
        ("BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:x", "TRIGGER:-PT45M", "END:VALARM"),
        "reminder_minutes",
        45,
    ),
}


@requirement("SCHEDULING:CAL03-1", "CAL-03")
def test_a_request_is_tentative_until_it_is_answered(
    planner: Planner, meeting: Meeting, zoe: Account, anna: Account
) -> None:
    """In the calendar at delivery, unanswered, with its organiser."""
    planner.send(meeting, "REQUEST", zoe, anna)
    event = planner.event(anna, meeting.uid)
    told = {name: event[name] for name in ("busy_status", "my_response", "meeting", "subject", "starts_at", "ends_at")}
    expect.equal(
        told,
        {
            "busy_status": "tentative",
            "my_response": "none",
            "meeting": "received",
            "subject": "Planning",
            "starts_at": "2027-03-09T09:00:00Z",
            "ends_at": "2027-03-09T10:00:00Z",
        },
        "the event",
    )
    expect.equal(event["organizer"]["address"].lower(), zoe.address, "organiser")


@requirement("SCHEDULING:CAL03-2", "CAL-03", "RFC6047:2.4-1")
@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_the_message(planner: Planner, meeting: Meeting, zoe: Account, anna: Account, form: str) -> None:
    """However the calendar object is wrapped and encoded; the mail itself arrives with it."""
    meeting = replace(meeting, facts=("SUMMARY:Déjeuner",))
    mark = planner.send(meeting, "REQUEST", zoe, anna, form=form)
    kinds = [part.get_content_type() for part in planner.arrived(mark, anna).walk()]
    expect.contains(kinds, "text/calendar", "parts of the delivered message")
    expect.equal(planner.event(anna, meeting.uid)["subject"], "Déjeuner", "subject")


@requirement("SCHEDULING:CAL03-3", "CAL-03")
@pytest.mark.parametrize(("facts", "name", "value"), _FACTS.values(), ids=_FACTS)
def test_what_the_invitation_says(
    planner: Planner, meeting: Meeting, zoe: Account, anna: Account, facts: tuple[str, ...], name: str, value: object
) -> None:
    """The calendar says it too."""
    planner.send(replace(meeting, facts=facts), "REQUEST", zoe, anna)
    expect.equal(planner.event(anna, meeting.uid)[name], value, name)


@requirement("SCHEDULING:CAL02-1", "CAL-02")
def test_required_and_optional_attendees_and_resources(
    planner: Planner, meeting: Meeting, zoe: Account, anna: Account
) -> None:
    """Each with its part, and the answer that is known."""
    lines = (
        f"ATTENDEE;RSVP=TRUE;PARTSTAT=NEEDS-ACTION:mailto:{anna.address}",
        "ATTENDEE;ROLE=OPT-PARTICIPANT;PARTSTAT=ACCEPTED:MAILTO:opt@elsewhere.example",
        "ATTENDEE;CUTYPE=ROOM;ROLE=NON-PARTICIPANT;PARTSTAT=DECLINED:mailto:hall@elsewhere.example",
    )
    planner.send(replace(meeting, attendees=lines), "REQUEST", zoe, anna)
    found = planner.event(anna, meeting.uid)["attendees"]
    told = {each["address"].lower(): (each.get("role", "required"), each.get("response", "none")) for each in found}
    expect.equal(told[anna.address], ("required", "none"), "the required one")
    expect.equal(told["opt@elsewhere.example"], ("optional", "accepted"), "the optional one")
    expect.equal(told["hall@elsewhere.example"], ("resource", "declined"), "the resource")


@requirement("SCHEDULING:CAL03-4", "CAL-03")
@pytest.mark.parametrize("what", ["method_differs", "no_method", "publish", "own_organizer", "reply_to_nothing"])
def test_what_is_no_invitation_is_mail(
    planner: Planner, meeting: Meeting, zoe: Account, anna: Account, what: str
) -> None:
    """It arrives, and the calendar stays empty."""
    if what == "method_differs":
        mark = planner.send(meeting, "REQUEST", zoe, anna, parameter="CANCEL")
    elif what == "no_method":
        mark = planner.send_text(meeting.text(None), "REQUEST", zoe, anna)
    elif what == "own_organizer":
        mark = planner.send(replace(meeting, organizer=anna), "REQUEST", zoe, anna)
    else:
        mark = planner.send(meeting, {"publish": "PUBLISH"}.get(what, "REPLY"), zoe, anna)
    planner.arrived(mark, anna)
    expect.equal(planner.events(anna), [], "events in the calendar")


@requirement("SCHEDULING:CAL03-5", "CAL-03", "ADDR-01")
@needs("control:alias", "control:group")
@pytest.mark.parametrize("way", ["alias", "sub_address", "group", "bcc"])
def test_whichever_way_it_comes(
    control: Control, planner: Planner, meeting: Meeting, zoe: Account, anna: Account, way: str
) -> None:
    """By an alias, a tag, a group, or without being named: whoever gets the invitation has it in the calendar."""
    local, _, domain = anna.address.partition("@")
    to = {"alias": f"{local}-a@{domain}", "sub_address": f"{local}+x@{domain}", "group": f"{local}-g@{domain}"}.get(
        way, anna.address
    )
    if way == "alias":
        control.call("alias", "add", anna.address, to)
    elif way == "group":
        control.call("group", "add", to, "--member", anna.address)
        control.undo("group", "remove", to, "--yes")
    named = "somebody@elsewhere.example" if way == "bcc" else to
    planner.send(replace(meeting, attendees=(f"ATTENDEE;RSVP=TRUE:mailto:{named}",)), "REQUEST", zoe, to)
    planner.event(anna, meeting.uid)


@requirement("SCHEDULING:CAL03-6", "CAL-03", "RFC5545:3.8.4.7-1")
@pytest.mark.parametrize("form", ["long", "outlook", "utf_8", "spaces"])
def test_every_uid(planner: Planner, meeting: Meeting, zoe: Account, anna: Account, form: str) -> None:
    """Whatever the sender's client makes up, as long as 255 characters; the update finds it again."""
    uid = {
        "long": (meeting.uid + "x" * 255)[:255],
        "outlook": "040000008200E00074C5B7101A82E00800000000" + meeting.uid.encode().hex().upper().ljust(72, "0"),
        "utf_8": f"ünï-{meeting.uid}",
        "spaces": f"a {meeting.uid} <1>",
    }[form]
    meeting = replace(meeting, uid=uid)
    planner.send(meeting, "REQUEST", zoe, anna)
    planner.send(replace(meeting, sequence=1, facts=("SUMMARY:Other",)), "REQUEST", zoe, anna)
    planner.settled(anna)
    expect.equal([each["subject"] for each in planner.events(anna)], ["Other"], "events in the calendar")
