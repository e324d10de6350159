"""Answers, by the attendee's calendar and by a foreign client's mail (FEATURES CAL-03, CAL-06, RFC 5546)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailproof_suites.case import Account, Control, expect, needs, requirement
from mailproof_suites.workmail.scheduling.invitation import reply_to
from mailproof_suites.workmail.scheduling.planner import Event, Planner, address

pytestmark = needs("control:calendar", "control:user")
_ANSWERS = {"accepted": ("ACCEPTED", "busy"), "tentative": ("TENTATIVE", "tentative"), "declined": ("DECLINED", None)}


@requirement("SCHEDULING:CAL03-11", "SCHEDULING:CAL03-7", "CAL-03", "CAL-06", "RFC5546:3.2.3-1")
@pytest.mark.parametrize("given", _ANSWERS)
def test_the_answer_of_an_attendee(control: Control, planner: Planner, zoe: Account, anna: Account, given: str) -> None:
    """One REPLY to the organiser, whose calendar shows the answer; the own calendar follows."""
    status, busy = _ANSWERS[given]
    made = planner.invite(zoe, anna)
    mine = planner.event(anna, made["uid"])
    control.call("calendar", "respond", anna.address, str(mine["id"]), given, "--comment", "With pleasure")
    mail = planner.mail(zoe, "REPLY")
    expect.equal(mail.method_parameter, "REPLY", "method parameter")
    told = {who: str(party.params.get("PARTSTAT")) for who, party in mail.attendees.items()}
    expect.equal(told, {anna.address: status}, "ATTENDEE", requirement="RFC5546:3.2.3-1")
    expect.equal((str(mail.event["UID"]), int(mail.event["SEQUENCE"])), (made["uid"], 0), "UID and SEQUENCE")
    expect.equal(address(mail.event["ORGANIZER"]), zoe.address, "ORGANIZER")
    expect.contains(str(mail.message["From"]), anna.address, "From")
    expect.contains(mail.message.as_string(), "With pleasure", "the message")
    planner.attendee(zoe, made["uid"], anna, given)
    expect.equal([each["busy_status"] for each in planner.events(anna)], [busy] if busy else [], "the own calendar")


@requirement("SCHEDULING:CAL06-5", "CAL-06")
@pytest.mark.parametrize("given", _ANSWERS)
def test_an_answer_that_is_not_sent(
    control: Control, planner: Planner, zoe: Account, anna: Account, given: str
) -> None:
    """The organiser hears nothing."""
    made = planner.invite(zoe, anna)
    mine = planner.event(anna, made["uid"])
    control.call("calendar", "respond", anna.address, str(mine["id"]), given, "--no-send")
    planner.no_mail(zoe, "REPLY")
    planner.attendee(zoe, made["uid"], anna, "none")


@requirement("SCHEDULING:CAL03-7", "CAL-03")
@pytest.mark.parametrize("given", _ANSWERS)
def test_an_answer_by_mail(planner: Planner, made: Event, zoe: Account, anna: Account, given: str) -> None:
    """It is shown with its comment, and the event stays as the organiser made it."""
    reply = reply_to(made, anna, zoe, _ANSWERS[given][0], "SUMMARY:Mine", "COMMENT:By train")
    planner.send(replace(reply, times=("DTSTART:20270101T000000Z",)), "REPLY", zoe, anna)
    expect.equal(planner.attendee(anna, made["uid"], zoe, given)["comment"], "By train", "comment")
    event = planner.event(anna, made["uid"])
    expect.equal((event["subject"], event["starts_at"]), (made["subject"], made["starts_at"]), "subject and start")


@requirement("SCHEDULING:CAL03-8", "CAL-03", "RFC5546:2.1.4-1")
@pytest.mark.parametrize("older", ["sequence", "stamp"])
def test_an_old_answer_is_ignored(
    control: Control, planner: Planner, made: Event, zoe: Account, anna: Account, older: str
) -> None:
    """To the meeting before the update, or overtaken by a newer one."""
    if older == "sequence":
        control.call("calendar", "update", anna.address, str(made["id"]), "-", input={"location": "Elsewhere"})
        known = "none"
    else:
        planner.send(reply_to(made, anna, zoe, "ACCEPTED"), "REPLY", zoe, anna)
        known = "accepted"
        planner.attendee(anna, made["uid"], zoe, known)
    old = replace(
        reply_to(made, anna, zoe, "DECLINED"), stamp="20270101T080000Z" if older == "stamp" else "20310101T080000Z"
    )
    planner.arrived(planner.send(old, "REPLY", zoe, anna), anna)
    planner.attendee(anna, made["uid"], zoe, known)


@requirement("SCHEDULING:CAL03-9", "CAL-03", "RFC6047:2.3-1", "RFC5546:3.2.3-1")
@pytest.mark.parametrize("wrong", ["another_sender", "two_attendees", "no_attendee", "another_organizer"])
def test_what_is_no_answer_of_the_attendee(
    control: Control, planner: Planner, made: Event, zoe: Account, anna: Account, wrong: str
) -> None:
    """Mail, and the tracking does not believe it."""
    mallory = control.user()
    reply = reply_to(made, anna, zoe, "DECLINED")
    if wrong == "two_attendees":
        reply = replace(reply, attendees=(*reply.attendees, f"ATTENDEE;PARTSTAT=DECLINED:mailto:{mallory.address}"))
    elif wrong == "no_attendee":
        reply = replace(reply, attendees=())
    elif wrong == "another_organizer":
        reply = replace(reply, organizer=mallory)
    sender = mallory if wrong == "another_sender" else zoe
    planner.arrived(planner.send(reply, "REPLY", sender, anna), anna)
    planner.attendee(anna, made["uid"], zoe, "none")
    expect.equal(len(planner.event(anna, made["uid"])["attendees"]), 1, "attendees")


@requirement("SCHEDULING:CAL03-9", "CAL-03", "ADDR-01")
@needs("control:alias")
@pytest.mark.parametrize("known_as", ["letter_case", "alias"])
def test_an_attendee_by_another_name(
    control: Control, planner: Planner, zoe: Account, anna: Account, known_as: str
) -> None:
    """Invited under an alias or in other letters, answering under the address: one attendee."""
    name = zoe.address.upper()
    if known_as == "alias":
        name = zoe.address.replace("@", "-alias@")
        control.call("alias", "add", zoe.address, name)
    made = planner.invite(anna, name)
    planner.send(reply_to(made, anna, zoe, "ACCEPTED"), "REPLY", zoe, anna)
    planner.attendee(anna, made["uid"], name, "accepted")
    expect.equal(len(planner.event(anna, made["uid"])["attendees"]), 1, "attendees")


@requirement("SCHEDULING:CAL03-10", "CAL-03")
def test_one_who_was_not_invited_answers(
    control: Control, planner: Planner, made: Event, zoe: Account, anna: Account
) -> None:
    """To whom the invitation was passed on: shown beside the others."""
    ben = control.user()
    planner.send(reply_to(made, anna, ben, "ACCEPTED"), "REPLY", ben, anna)
    planner.attendee(anna, made["uid"], ben, "accepted")
    planner.attendee(anna, made["uid"], zoe, "none")
