"""How much of a calendar is told to whom (FEATURES CAL-09, CAL-11)."""

from __future__ import annotations

import pytest

from mailproof_suites.case import Account, Control, expect, needs, requirement
from mailproof_suites.workmail.scheduling.planner import Planner

pytestmark = needs("control:calendar", "control:user", "control:permissions")
_NOTHING, _TIMES, _DETAILS = "none", "time", "details"
_RIGHTS = {
    "None": (_NOTHING, False),
    "Contributor": (_NOTHING, False),
    "FreeBusyTimeOnly": (_TIMES, False),
    "FreeBusyTimeAndSubjectAndLocation": (_DETAILS, False),
    "Reviewer": (_DETAILS, True),
    "Editor": (_DETAILS, True),
    "Owner": (_DETAILS, True),
}


@requirement("SCHEDULING:CAL11-2", "CAL-11", "CAL-09")
@pytest.mark.parametrize(("profile", "told"), [(name, row[0]) for name, row in _RIGHTS.items()])
def test_how_much_is_told(
    control: Control, planner: Planner, anna: Account, asker: Account, profile: str, told: str
) -> None:
    """Nothing, when, or what and where as well."""
    planner.create(anna, {"subject": "Secret plan", "location": "Attic"})
    planner.share(anna, asker, profile)
    (row,) = planner.free_busy(asker, anna.address)
    expect.equal(row["detail"], told, "how much is told")
    expect.equal(set(row["merged"]) == {"4"}, told == _NOTHING, "no data")
    shown = [(each["subject"], each["location"]) for each in row["times"]]
    wanted = {_NOTHING: [], _TIMES: [("", "")], _DETAILS: [("Secret plan", "Attic")]}[told]
    expect.equal(shown, wanted, "subjects and places")


@requirement("SCHEDULING:CAL09-1", "CAL-09")
@pytest.mark.parametrize(("profile", "reads"), [(name, row[1]) for name, row in _RIGHTS.items()])
def test_who_opens_the_calendar(
    control: Control, planner: Planner, anna: Account, asker: Account, profile: str, reads: bool
) -> None:
    """Free/busy rights show availability; opening needs the right to read."""
    planner.create(anna, {"subject": "Secret plan"})
    planner.share(anna, asker, profile)
    words = ("calendar", "list", anna.address, "--as", asker.address)
    if reads:
        expect.equal([each["subject"] for each in control.call(*words)], ["Secret plan"], "events")
    else:
        control.refusal(*words)


@requirement("SCHEDULING:CAL11-2", "CAL-11")
@pytest.mark.parametrize("sensitivity", ["private", "confidential"])
def test_private_items_show_their_time_only(
    control: Control, planner: Planner, anna: Account, asker: Account, sensitivity: str
) -> None:
    """With the right to see subject and place as well."""
    planner.create(anna, {"subject": "Doctor", "location": "Clinic", "sensitivity": sensitivity})
    planner.share(anna, asker, "FreeBusyTimeAndSubjectAndLocation")
    (row,) = planner.free_busy(asker, anna.address)
    expect.equal(row["merged"], "00220000", "merged")
    expect.equal([(each["subject"], each["location"]) for each in row["times"]], [("", "")], "subjects and places")
