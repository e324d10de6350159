"""Delegates in the owner's calendar: copies of requests, meetings in the owner's name (FEATURES DELE-05, DELE-06)."""

from __future__ import annotations

import pytest

from mailproof_suites.case import Account, Control, expect, needs, requirement
from mailproof_suites.workmail.scheduling.invitation import Meeting
from mailproof_suites.workmail.scheduling.planner import Planner, address

pytestmark = needs("control:calendar", "control:user", "control:delegates")
# Who gets the requests, as the owner has chosen: the owner, the delegate.
_ROUTES = {
    "DelegatesOnly": (0, 1),
    "DelegatesAndMe": (1, 1),
    "DelegatesAndSendInformationToMe": (1, 1),
    "NoForward": (1, 0),
}


@pytest.fixture
def dora(control: Control, anna: Account) -> Account:
    """Anna's delegate, an editor of her calendar who gets copies."""
    dora = control.user()
    control.call("delegates", "add", anna.address, dora.address, "--level", "calendar", "Editor", "--copies")
    return dora


@requirement("SCHEDULING:DELE06-1", "DELE-06")
@pytest.mark.parametrize(("wanted", "copies"), _ROUTES.items())
def test_who_gets_the_request(
    control: Control,
    planner: Planner,
    meeting: Meeting,
    zoe: Account,
    anna: Account,
    dora: Account,
    wanted: str,
    copies: tuple[int, int],
) -> None:
    """And the owner's calendar has it either way."""
    control.call("delegates", "meeting-requests", anna.address, wanted)
    planner.send(meeting, "REQUEST", zoe, anna)
    planner.event(anna, meeting.uid)
    planner.settled(anna, dora)
    for who, count in zip((anna, dora), copies, strict=True):
        planner.mails(who, "REQUEST", count)


@requirement("SCHEDULING:DELE06-1", "DELE-06")
def test_a_delegate_without_copies(
    control: Control, planner: Planner, meeting: Meeting, zoe: Account, anna: Account, dora: Account
) -> None:
    """Gets none, and then the owner does."""
    control.call("delegates", "meeting-requests", anna.address, "DelegatesOnly")
    control.call("delegates", "update", anna.address, dora.address, "--no-copies")
    planner.send(meeting, "REQUEST", zoe, anna)
    planner.mail(anna, "REQUEST")
    planner.no_mail(dora, "REQUEST")


@requirement("SCHEDULING:DELE06-1", "DELE-06")
def test_other_mail_is_the_owners(
    control: Control, planner: Planner, zoe: Account, anna: Account, dora: Account
) -> None:
    """A request for somebody else's eyes is no reason to share letters."""
    control.call("delegates", "meeting-requests", anna.address, "DelegatesOnly")
    mark = planner.post.deliver(sender=zoe, to=anna)
    planner.arrived(mark, anna)
    planner.settled(dora)
    planner.mails(dora, "REQUEST", 0)


@requirement("SCHEDULING:DELE05-1", "DELE-05", "DELE-02", "RFC6047:2.3-1")
@pytest.mark.parametrize("act", ["create", "update", "cancel", "respond"])
def test_a_delegate_acts_in_the_owners_name(
    control: Control, planner: Planner, zoe: Account, anna: Account, dora: Account, act: str
) -> None:
    """From the owner, Sender the delegate; the calendar object says the same."""
    acting = ("--as", dora.address)
    method = {"create": "REQUEST", "update": "REQUEST", "cancel": "CANCEL", "respond": "REPLY"}[act]
    if act == "respond":
        made = planner.invite(zoe, anna)
        mine = planner.event(anna, made["uid"])
        control.call("calendar", "respond", anna.address, str(mine["id"]), "accepted", *acting)
    else:
        made = planner.create(anna, {"attendees": [zoe.address]}, *(acting if act == "create" else ["--no-send"]))
        words = (anna.address, str(made["id"]))
        if act == "update":
            control.call("calendar", "update", *words, "-", *acting, input={"location": "Elsewhere"})
        elif act == "cancel":
            control.call("calendar", "update", *words, "-", input={"location": "Elsewhere"})
            planner.mail(zoe, "REQUEST")
            control.call("calendar", "cancel", *words, *acting)
    mail = planner.mail(zoe, method)
    expect.contains(str(mail.message["From"]), anna.address, "From")
    expect.contains(str(mail.message["Sender"]), dora.address, "Sender")
    if act == "respond":
        planner.attendee(zoe, made["uid"], anna, "accepted")
        expect.equal(list(mail.attendees), [anna.address], "ATTENDEE")
    else:
        expect.equal(address(mail.event["ORGANIZER"]), anna.address, "ORGANIZER")
    if act == "create":
        sent_by = str(mail.event["ORGANIZER"].params.get("SENT-BY", "")).lower()
        expect.contains(sent_by, dora.address, "SENT-BY")


@requirement("SCHEDULING:DELE05-2", "DELE-05")
@pytest.mark.parametrize("level", [None, "None", "Reviewer"])
def test_without_the_right_nothing_is_scheduled(
    control: Control, planner: Planner, zoe: Account, anna: Account, level: str | None
) -> None:
    """Refused, and nobody is invited."""
    ben = control.user()
    if level is not None:
        control.call("delegates", "add", anna.address, ben.address, "--level", "calendar", level)
    event = {"starts_at": "2027-03-09T10:00Z", "ends_at": "2027-03-09T11:00Z", "attendees": [zoe.address]}
    control.refusal("calendar", "create", anna.address, "-", "--as", ben.address, input=event)
    planner.no_mail(zoe, "REQUEST")
    expect.equal(planner.events(anna), [], "events in the owner's calendar")


@requirement("SCHEDULING:DELE05-2", "DELE-05", "DELE-04")
@needs("control:permissions")
def test_the_folder_alone_does_not_invite(control: Control, planner: Planner, zoe: Account, anna: Account) -> None:
    """Who may change the calendar and not send for its owner makes appointments, and invites nobody."""
    ben = control.user()
    control.call("permissions", "set", anna.address, "Calendar", ben.address, "Editor")
    event = {"starts_at": "2027-03-09T10:00Z", "ends_at": "2027-03-09T11:00Z"}
    control.call("calendar", "create", anna.address, "-", "--as", ben.address, input=event)
    meeting = event | {"attendees": [zoe.address]}
    control.refusal("calendar", "create", anna.address, "-", "--as", ben.address, input=meeting)
    planner.no_mail(zoe, "REQUEST")
