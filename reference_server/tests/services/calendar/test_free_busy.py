"""Free/busy: the merged digits, and what is told by which right (FEATURES CAL-09, CAL-11)."""

from datetime import timedelta
from typing import Any

import pytest

from mailproof_server.model.account import Principal
from mailproof_server.model.errors import Invalid, NotFound, TooMany
from mailproof_server.model.event import BusyStatus, Event, Recurrence, Sensitivity
from mailproof_server.model.permission import PROFILE_RIGHTS, Anyone, FreeBusyDetail, Profile, Right
from mailproof_server.services.calendar.free_busy import Availability

from .conftest import Office


def put(office: Office, who: Principal, *events: Event) -> None:
    for each in events:
        office.run(office.scheduling.create(who, office.folder_of(who), each))


def ask(office: Office, asker: Principal, *targets: Any, start: float = 9, hours: float = 4, **facts: Any) -> Any:
    addresses = [each if isinstance(each, str) else each.address for each in targets]
    begin = office.at(start)
    return office.run(office.calendar.free_busy.query(asker, addresses, begin, begin + timedelta(hours=hours), **facts))


def grant(office: Office, owner: Principal, who: Any, rights: Right | None) -> None:
    office.run(office.world.services.permissions.set_grant(owner, office.folder_of(owner), who, rights))


def test_the_digits_are_the_highest_status_of_each_slot(office: Office, ann: Principal) -> None:
    put(
        office,
        ann,
        office.event(9, 0.5, busy_status=BusyStatus.FREE),
        office.event(9.5, 0.5, busy_status=BusyStatus.TENTATIVE),
        office.event(10, 0.75),
        office.event(10.5, 0.5, busy_status=BusyStatus.OUT_OF_OFFICE),
        office.event(11.5, 0.5, busy_status=BusyStatus.WORKING_ELSEWHERE),
        office.event(12.5, 1 / 3600),
    )
    (mine,) = ask(office, ann, ann)
    assert mine.merged == "01230402"
    assert mine.detail is FreeBusyDetail.DETAILS


def test_the_number_of_digits_is_rounded_up(office: Office, ann: Principal) -> None:
    (mine,) = ask(office, ann, ann, hours=1.1)
    assert mine.merged == "000"
    (mine,) = ask(office, ann, ann, hours=1, interval_minutes=5)
    assert len(mine.merged) == 12


def test_times_only_by_default_details_by_right(office: Office, ann: Principal, bob: Principal) -> None:
    put(office, ann, office.event(location="Room 1"))
    (told,) = ask(office, bob, ann)
    assert (told.detail, told.merged[2:4]) == (FreeBusyDetail.TIME, "22")
    assert (told.times[0].subject, told.times[0].location) == ("", "")
    grant(office, ann, bob.id, PROFILE_RIGHTS[Profile.FREE_BUSY_DETAILS])
    (told,) = ask(office, bob, ann)
    assert (told.times[0].subject, told.times[0].location) == ("Planning", "Room 1")
    with pytest.raises(NotFound):
        office.run(office.calendar.events.in_folder(bob, office.folder_of(ann)))
    grant(office, ann, bob.id, None)
    (told,) = ask(office, bob, ann)
    assert told.detail is FreeBusyDetail.TIME


def test_private_events_show_no_subject_but_to_readers(office: Office, ann: Principal, bob: Principal) -> None:
    put(office, ann, office.event(sensitivity=Sensitivity.PRIVATE, location="Clinic"))
    grant(office, ann, bob.id, PROFILE_RIGHTS[Profile.FREE_BUSY_DETAILS])
    (told,) = ask(office, bob, ann)
    assert (told.times[0].subject, told.times[0].location, told.times[0].is_private) == ("", "", True)
    grant(office, ann, bob.id, PROFILE_RIGHTS[Profile.REVIEWER])
    (told,) = ask(office, bob, ann)
    assert told.times[0].subject == "Planning"
    (shown,) = office.run(office.calendar.events.in_folder(bob, office.folder_of(ann)))
    assert shown.value.subject == "Planning"


def test_without_any_right_nothing_is_told(office: Office, ann: Principal, bob: Principal) -> None:
    put(office, ann, office.event())
    grant(office, ann, Anyone.DEFAULT, Right.FOLDER_VISIBLE)
    (told,) = ask(office, bob, ann)
    assert (told.detail, told.merged, told.times) == (FreeBusyDetail.NONE, "4" * 8, ())


def test_unanswered_invitations_are_tentative_and_declined_or_cancelled_ones_free(
    office: Office, ann: Principal, bob: Principal
) -> None:
    mine = office.meet(ann, office.event(), bob)
    (told,) = ask(office, ann, bob)
    assert told.merged == "00110000"
    office.run(office.scheduling.cancel(ann, mine.id))
    office.settle()
    (told,) = ask(office, ann, bob)
    assert told.merged == "00000000"


def test_series_are_told_by_occurrence(office: Office, ann: Principal) -> None:
    put(office, ann, office.event(day=-14, recurrence=Recurrence(rule="FREQ=WEEKLY")))
    (mine,) = ask(office, ann, ann)
    assert mine.merged == "00220000"
    assert mine.times[0].is_recurring


def test_a_group_is_as_busy_as_its_members(office: Office, ann: Principal, bob: Principal, cem: Principal) -> None:
    group = office.world.group("team", bob, cem)
    put(office, bob, office.event(9, 1))
    put(office, cem, office.event(9.5, 1, busy_status=BusyStatus.TENTATIVE))
    (told,) = ask(office, ann, group)
    assert told.merged == "22100000"
    assert told.times == ()


def test_who_cannot_be_looked_up_fails_alone(office: Office, ann: Principal) -> None:
    unknown, outside, mine = ask(office, ann, "nobody@example.test", "zoe@outside.test", ann)
    assert isinstance(unknown, NotFound)
    assert isinstance(outside, NotFound)
    assert isinstance(mine, Availability)


def test_limits(office: Office, ann: Principal) -> None:
    with pytest.raises(Invalid, match="62 days"):
        ask(office, ann, ann, hours=24 * 63)
    with pytest.raises(Invalid, match="ends before"):
        ask(office, ann, ann, hours=0)
    with pytest.raises(Invalid, match="5 to 1440"):
        ask(office, ann, ann, interval_minutes=4)
    with pytest.raises(TooMany):
        ask(office, ann, *[ann] * 101)
