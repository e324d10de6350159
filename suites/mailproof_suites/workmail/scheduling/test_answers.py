"""Answers, by the attendee's calendar and by a foreign client's mail (FEATURES CAL-03, CAL-06, RFC 5546)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailproof_suites.case import Account, Control, expect, needs, requirement
from mailproof_suites.workmail.scheduling.invitation import Meeting, answer
from mailproof_suites.workmail.scheduling.planner import Event, Planner, address

pytestmark = needs("control:calendar", "control:user")
_ANSWERS = {"accepted": ("ACCEPTED", "busy"), "tentative": ("TENTATIVE", "tentative"), "declined": ("DECLINED", None)}


@pytest.fixture
def made(planner: Planner, anna: Account, zoe: Account) -> Event:
    """Anna has invited Zoe, who answers with a client of her own."""
    return planner.invite(anna, zoe)


def _reply(made: Event, anna: Account, who: Account | str, status: str, *facts: str) -> Meeting:
    meeting = Meeting(made["uid"], anna, (), sequence=made["sequence"])
    return replace(answer(meeting, who, status, *facts), stamp="20301231T080000Z")


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
    reply = _reply(made, anna, zoe, _ANSWERS[given][0], "SUMMARY:Mine", "COMMENT:By train")
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
        planner.send(_reply(made, anna, zoe, "ACCEPTED"), "REPLY", zoe, anna)
        known = "accepted"
        planner.attendee(anna, made["uid"], zoe, known)
    old = replace(
        _reply(made, anna, zoe, "DECLINED"), stamp="20270101T080000Z" if older == "stamp" else "20310101T080000Z"
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
    reply = _reply(made, anna, zoe, "DECLINED")
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
    planner.send(_reply(made, anna, zoe, "ACCEPTED"), "REPLY", zoe, anna)
    planner.attendee(anna, made["uid"], name, "accepted")
    expect.equal(len(planner.event(anna, made["uid"])["attendees"]), 1, "attendees")


@requirement("SCHEDULING:CAL03-10", "CAL-03")
def test_one_who_was_not_invited_answers(
    control: Control, planner: Planner, made: Event, zoe: Account, anna: Account
) -> None:
    """To whom the invitation was passed on: shown beside the others."""
    ben = control.user()
    planner.send(_reply(made, anna, ben, "ACCEPTED"), "REPLY", ben, anna)
    planner.attendee(anna, made["uid"], ben, "accepted")
    planner.attendee(anna, made["uid"], zoe, "none")


@requirement("SCHEDULING:CAL03-12", "CAL-03")
def test_an_attendee_asks_again(planner: Planner, made: Event, zoe: Account, anna: Account) -> None:
    """REFRESH is answered with a REQUEST to that attendee."""
    planner.mail(zoe, "REQUEST")
    planner.send(_reply(made, anna, zoe, "NEEDS-ACTION"), "REFRESH", zoe, anna)
    mails = planner.mails(zoe, "REQUEST", 2)
    expect.equal([str(each.event["UID"]) for each in mails], [made["uid"]] * 2, "UIDs")


@requirement("SCHEDULING:CAL06-6", "CAL-06")
@pytest.mark.parametrize("way", ["calendar", "mail"])
def test_another_time_is_proposed(
    control: Control, planner: Planner, made: Event, zoe: Account, anna: Account, way: str
) -> None:
    """The organiser is shown it beside the tentative answer; the event does not move."""
    if way == "calendar":
        mine = planner.event(zoe, made["uid"])
        other = ("--propose", "2027-03-10T10:00", "2027-03-10T11:00", "--zone", "Europe/Paris")
        control.call("calendar", "respond", zoe.address, str(mine["id"]), "tentative", *other)
        expect.equal(planner.mail(anna, "COUNTER").method_parameter, "COUNTER", "method parameter")
    else:
        times = ("DTSTART;TZID=Europe/Paris:20270310T100000", "DTEND;TZID=Europe/Paris:20270310T110000")
        planner.send(replace(_reply(made, anna, zoe, "TENTATIVE"), times=times), "COUNTER", zoe, anna)
    told = planner.attendee(anna, made["uid"], zoe, "tentative")
    proposed = (told["proposed_start"], told["proposed_end"])
    expect.equal(proposed, ("2027-03-10T09:00:00Z", "2027-03-10T10:00:00Z"), "proposed time")
    expect.equal(planner.event(anna, made["uid"])["starts_at"], made["starts_at"], "start")


@requirement("SCHEDULING:CAL06-6", "CAL-06", "RFC5546:3.2.8-1")
def test_a_proposal_is_declined(control: Control, planner: Planner, made: Event, zoe: Account, anna: Account) -> None:
    """DECLINECOUNTER to the one who proposed; no longer shown."""
    mine = planner.event(zoe, made["uid"])
    other = ("--propose", "2027-03-10T10:00", "2027-03-10T11:00")
    control.call("calendar", "respond", zoe.address, str(mine["id"]), "tentative", *other)
    planner.attendee(anna, made["uid"], zoe, "tentative")
    control.call("calendar", "decline-proposal", anna.address, str(made["id"]), zoe.address)
    expect.equal(str(planner.mail(zoe, "DECLINECOUNTER").event["UID"]), made["uid"], "UID")
    told = planner.attendee(anna, made["uid"], zoe, "tentative")
    expect.equal(told.get("proposed_start"), None, "proposed start")


@requirement("SCHEDULING:CAL06-6", "CAL-06")
def test_no_proposal_where_none_is_wanted(control: Control, planner: Planner, zoe: Account, anna: Account) -> None:
    """The organiser has said so, and the attendee's calendar keeps to it."""
    made = planner.invite(anna, zoe, allows_proposals=False)
    mine = planner.event(zoe, made["uid"])
    other = ("--propose", "2027-03-10T10:00", "2027-03-10T11:00")
    control.refusal("calendar", "respond", zoe.address, str(mine["id"]), "tentative", *other)
    planner.no_mail(anna, "COUNTER")
