"""Rooms answer by their booking options (FEATURES CAL-10; WorkMail's BookingOptions)."""

import asyncio
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from mailproof_server.model.account import Principal
from mailproof_server.model.event import BusyStatus, Event, Recurrence, Response

from .conftest import Office, attendee


def book(office: Office, who: Principal, event: Event, room: Principal) -> str:
    """The room's answer."""
    mine = office.meet(who, event, attendee(room, "resource"))
    stored = office.run(office.calendar.events.get(who, mine.id))
    return str(stored.value.attendees[0].response.value)


def test_a_free_room_accepts_and_is_busy(office: Office, ann: Principal) -> None:
    room = office.room()
    assert book(office, ann, office.event(), room) == "accepted"
    booked = office.only(room).value
    assert (booked.busy_status, booked.my_response) == (BusyStatus.BUSY, Response.ACCEPTED)
    assert office.subjects(ann) == ["Accepted: Planning"]


@pytest.mark.parametrize(
    ("hour", "hours", "answer"),
    [(11, 1, "accepted"), (9, 1, "accepted"), (10.5, 1, "declined"), (9, 4, "declined"), (10, 1, "declined")],
)
def test_overlaps_are_declined_and_touching_ends_are_not(
    office: Office, ann: Principal, bob: Principal, hour: float, hours: float, answer: str
) -> None:
    room = office.room()
    book(office, ann, office.event(10, 1), room)
    assert book(office, bob, office.event(hour, hours), room) == answer
    assert len(office.all(room)) == (2 if answer == "accepted" else 1)


def test_conflicts_may_be_allowed(office: Office, ann: Principal, bob: Principal) -> None:
    room = office.room(decline_conflicts=False)
    book(office, ann, office.event(), room)
    assert book(office, bob, office.event(), room) == "accepted"
    assert len(office.all(room)) == 2


def test_a_series_is_declined_when_the_room_takes_none(office: Office, ann: Principal) -> None:
    room = office.room(decline_recurring=True)
    series = office.event(recurrence=Recurrence(rule="FREQ=WEEKLY;COUNT=3"))
    assert book(office, ann, series, room) == "declined"
    assert office.all(room) == []
    assert book(office, ann, office.event(), room) == "accepted"


def test_a_series_conflicts_by_any_of_its_occurrences(office: Office, ann: Principal, bob: Principal) -> None:
    room = office.room()
    book(office, ann, office.event(10, day=14), room)
    assert book(office, bob, office.event(recurrence=Recurrence(rule="FREQ=WEEKLY;COUNT=3")), room) == "declined"
    assert book(office, bob, office.event(recurrence=Recurrence(rule="FREQ=WEEKLY;COUNT=2")), room) == "accepted"
    endless = office.event(11, recurrence=Recurrence(rule="FREQ=DAILY"))
    assert book(office, bob, endless, room) == "accepted"
    assert book(office, ann, office.event(11.5, day=365), room) == "declined"


def test_a_moved_booking_is_decided_anew_and_frees_the_old_slot(office: Office, ann: Principal, bob: Principal) -> None:
    room = office.room()
    mine = office.meet(ann, office.event(10), attendee(room, "resource"))
    book(office, bob, office.event(14), room)

    def to(hour: float) -> Any:
        return lambda event: msgspec.structs.replace(
            event, starts_at=office.at(hour), ends_at=office.at(hour) + timedelta(hours=1)
        )

    office.world.clock.advance(60)
    office.run(office.scheduling.update(ann, mine.id, to(12)))
    office.settle()
    assert office.run(office.calendar.events.get(ann, mine.id)).value.attendees[0].response is Response.ACCEPTED
    assert book(office, bob, office.event(10), room) == "accepted"
    office.world.clock.advance(60)
    office.run(office.scheduling.update(ann, mine.id, to(14)))
    office.settle()
    assert office.run(office.calendar.events.get(ann, mine.id)).value.attendees[0].response is Response.DECLINED
    assert book(office, bob, office.event(12), room) == "accepted"


def test_a_cancelled_booking_frees_the_room(office: Office, ann: Principal, bob: Principal) -> None:
    room = office.room()
    mine = office.meet(ann, office.event(), attendee(room, "resource"))
    office.run(office.scheduling.cancel(ann, mine.id))
    office.settle()
    assert office.all(room) == []
    assert book(office, bob, office.event(), room) == "accepted"
    assert office.subjects(ann) == ["Accepted: Planning"]


def test_one_cancelled_occurrence_frees_that_slot(office: Office, ann: Principal, bob: Principal) -> None:
    room = office.room()
    mine = office.meet(ann, office.event(recurrence=Recurrence(rule="FREQ=DAILY;COUNT=3")), attendee(room, "resource"))
    office.run(office.scheduling.cancel(ann, mine.id, occurrence=office.at(10, day=1)))
    office.settle()
    assert book(office, bob, office.event(10, day=1), room) == "accepted"
    assert book(office, bob, office.event(10, day=2), room) == "declined"


def test_a_delegate_answers_where_the_room_does_not(office: Office, ann: Principal, cem: Principal) -> None:
    room = office.room(auto_accept=False, delegates=(cem.id,))
    mine = office.meet(ann, office.event(), attendee(room, "resource"))
    assert office.answers(ann) == {room.address: "none"}
    assert office.subjects(cem) == ["Planning"]
    (pending,) = office.run(office.calendar.events.in_folder(cem, office.folder_of(room)))
    assert pending.value.busy_status is BusyStatus.TENTATIVE
    office.run(office.scheduling.respond(cem, pending.id, Response.ACCEPTED))
    office.settle()
    assert office.answers(ann) == {room.address: "accepted"}
    assert office.only(room).value.busy_status is BusyStatus.BUSY
    assert mine.value.uid == pending.value.uid


def test_of_many_requests_at_once_exactly_one_is_accepted(office: Office) -> None:
    room = office.room()
    people = [office.world.user(f"user{number}") for number in range(8)]
    folders = {who.id: office.folder_of(who) for who in people}

    async def all_at_once() -> None:
        await asyncio.gather(
            *(
                office.scheduling.create(who, folders[who.id], office.event(attendees=(attendee(room, "resource"),)))
                for who in people
            )
        )

    office.run(all_at_once())
    office.settle()
    answers = [office.only(who).value.attendees[0].response for who in people]
    assert sorted(answers) == sorted([Response.ACCEPTED, *[Response.DECLINED] * 7])
    assert len(office.all(room)) == 1
