"""Attendees ask again, or for another time (FEATURES CAL-06, RFC 5546 sections 3.2.6 to 3.2.8)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailproof_suites.case import Account, Control, expect, needs, requirement
from mailproof_suites.workmail.scheduling.invitation import reply_to
from mailproof_suites.workmail.scheduling.planner import Event, Planner

pytestmark = needs("control:calendar", "control:user")


@requirement("SCHEDULING:CAL03-12", "CAL-03")
def test_an_attendee_asks_again(planner: Planner, made: Event, zoe: Account, anna: Account) -> None:
    """REFRESH is answered with a REQUEST to that attendee."""
    planner.mail(zoe, "REQUEST")
    planner.send(reply_to(made, anna, zoe, "NEEDS-ACTION"), "REFRESH", zoe, anna)
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
        planner.send(replace(reply_to(made, anna, zoe, "TENTATIVE"), times=times), "COUNTER", zoe, anna)
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
