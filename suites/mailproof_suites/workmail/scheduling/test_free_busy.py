"""Free/busy and reading, by right (FEATURES CAL-09, CAL-11)."""

from __future__ import annotations

import pytest

from mailproof_suites.case import Account, Control, expect, needs, requirement
from mailproof_suites.workmail.scheduling.planner import Planner

pytestmark = needs("control:calendar", "control:user", "control:permissions")


@requirement("SCHEDULING:CAL11-1", "CAL-11")
@pytest.mark.parametrize(
    ("status", "digit"), [("free", "0"), ("tentative", "1"), ("busy", "2"), ("out_of_office", "3")]
)
def test_every_status_has_its_digit(
    control: Control, planner: Planner, anna: Account, asker: Account, status: str, digit: str
) -> None:
    """In the half hours that it touches, and in no other."""
    planner.create(anna, {"busy_status": status})
    planner.share(anna, asker, "FreeBusyTimeOnly")
    (row,) = planner.free_busy(asker, anna.address)
    expect.equal(row["merged"], f"00{digit}{digit}0000", "merged")


@requirement("SCHEDULING:CAL11-1", "CAL-11")
@pytest.mark.parametrize(("interval", "merged"), [(60, "0220"), (15, "0000222222000000"), (240, "2")])
def test_the_length_of_a_digit(
    control: Control, planner: Planner, anna: Account, asker: Account, interval: int, merged: str
) -> None:
    """From 10 to 11:30, whatever part of an interval it takes."""
    planner.create(anna, {"ends_at": "2027-03-09T11:30"})
    planner.share(anna, asker, "FreeBusyTimeOnly")
    expect.equal(planner.free_busy(asker, anna.address, interval=interval)[0]["merged"], merged, "merged")


@requirement("SCHEDULING:CAL11-1", "CAL-11")
def test_the_highest_status_counts(control: Control, planner: Planner, anna: Account, asker: Account) -> None:
    """Where events overlap; a minute takes its half hour."""
    planner.create(anna, {"busy_status": "tentative", "ends_at": "2027-03-09T12:00"})
    planner.create(anna, {"starts_at": "2027-03-09T10:59", "ends_at": "2027-03-09T11:01"})
    planner.create(anna, {"busy_status": "free", "ends_at": "2027-03-09T13:00"})
    planner.share(anna, asker, "FreeBusyTimeOnly")
    expect.equal(planner.free_busy(asker, anna.address)[0]["merged"], "00122100", "merged")


@requirement("SCHEDULING:CAL11-1", "CAL-11", "CAL-06")
@pytest.mark.parametrize(
    ("what", "digit"), [("unanswered", "1"), ("accepted", "2"), ("declined", "0"), ("cancelled", "0")]
)
def test_meetings_of_every_state(
    control: Control, planner: Planner, zoe: Account, anna: Account, asker: Account, what: str, digit: str
) -> None:
    """Unanswered ones are tentative; declined and cancelled ones take no time."""
    made = planner.invite(zoe, anna)
    mine = planner.event(anna, made["uid"])
    if what in ("accepted", "declined"):
        control.call("calendar", "respond", anna.address, str(mine["id"]), what)
    elif what == "cancelled":
        control.call("calendar", "cancel", zoe.address, str(made["id"]))
        planner.event(anna, made["uid"], lambda each: bool(each["is_cancelled"]))
    planner.share(anna, asker, "FreeBusyTimeOnly")
    expect.equal(planner.free_busy(asker, anna.address)[0]["merged"], f"00{digit}{digit}0000", "merged")


@requirement("SCHEDULING:CAL11-3", "CAL-11", "CONT-06")
@needs("control:group")
def test_a_group_is_merged(control: Control, planner: Planner, zoe: Account, anna: Account, asker: Account) -> None:
    """The highest of its members in each half hour."""
    planner.create(anna, {})
    planner.create(
        zoe, {"starts_at": "2027-03-09T10:30", "ends_at": "2027-03-09T11:30", "busy_status": "out_of_office"}
    )
    for each in (anna, zoe):
        planner.share(each, asker, "FreeBusyTimeOnly")
    group = anna.address.replace("@", "-group@")
    control.call("group", "add", group, "--member", anna.address, "--member", zoe.address)
    control.undo("group", "remove", group, "--yes")
    expect.equal(planner.free_busy(asker, group)[0]["merged"], "00233000", "merged")


@requirement("SCHEDULING:CAL11-3", "CAL-11")
def test_one_failure_is_one_failure(control: Control, planner: Planner, anna: Account, asker: Account) -> None:
    """An unknown address among others: these are answered."""
    planner.create(anna, {})
    planner.share(anna, asker, "FreeBusyTimeOnly")
    unknown, known = planner.free_busy(asker, anna.address.replace("@", "-nobody@"), anna.address)
    expect.equal(unknown.get("refusal"), "NotFound", "the unknown one")
    expect.equal(known["merged"], "00220000", "the known one")


@requirement("SCHEDULING:CAL11-1", "CAL-11", "CAL-10")
@needs("control:resource")
def test_a_rooms_free_busy(control: Control, planner: Planner, zoe: Account, asker: Account) -> None:
    """Shows what it has accepted, and nothing of what it has declined."""
    room = planner.resource()
    control.call("permissions", "set", room, "Calendar", asker.address, "FreeBusyTimeOnly")
    first = planner.invite(zoe, room)
    planner.attendee(zoe, first["uid"], room, "accepted")
    second = planner.invite(zoe, room, starts_at="2027-03-09T10:30", ends_at="2027-03-09T12:30")
    planner.attendee(zoe, second["uid"], room, "declined")
    expect.equal(planner.free_busy(asker, room)[0]["merged"], "00220000", "merged")
