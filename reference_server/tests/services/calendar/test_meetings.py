"""Meetings between colleagues: invitation, answer, update, cancellation, proposal (FEATURES CAL-02 to CAL-06)."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from mailproof_server.model.account import Principal
from mailproof_server.model.errors import Invalid, NotFound, PermissionDenied, SendAsDenied
from mailproof_server.model.event import BusyStatus, Event, Meeting, Recurrence, Response
from mailproof_server.model.folder import FolderRole
from mailproof_server.model.permission import PROFILE_RIGHTS, AccountPermission, Profile
from mailproof_server.services.calendar.scheduling import Send

from .conftest import Office, attendee


def later(hours: float) -> Any:
    def edit(event: Event) -> Event:
        by = timedelta(hours=hours)
        return msgspec.structs.replace(event, starts_at=event.starts_at + by, ends_at=event.ends_at + by)

    return edit


def renamed(subject: str) -> Any:
    return lambda event: msgspec.structs.replace(event, subject=subject)


def test_an_invitation_arrives_as_mail_and_stands_tentative_in_the_calendar(
    office: Office, ann: Principal, bob: Principal
) -> None:
    mine = office.meet(ann, office.event(location="Room 1"), bob)
    assert (mine.value.meeting, mine.value.my_response) == (Meeting.ORGANIZED, Response.ORGANIZER)
    assert mine.value.was_sent
    theirs = office.only(bob).value
    assert (theirs.uid, theirs.subject, theirs.location) == (mine.value.uid, "Planning", "Room 1")
    assert (theirs.starts_at, theirs.ends_at, theirs.time_zone) == (
        mine.value.starts_at,
        mine.value.ends_at,
        "Europe/Paris",
    )
    assert (theirs.meeting, theirs.my_response, theirs.busy_status) == (
        Meeting.RECEIVED,
        Response.NONE,
        BusyStatus.TENTATIVE,
    )
    assert theirs.organizer is not None
    assert theirs.organizer.address == ann.address
    assert office.subjects(bob) == ["Planning"]
    assert office.subjects(ann, FolderRole.SENT) == ["Planning"]
    assert office.subjects(ann) == []


def test_save_tells_nobody_and_send_does(office: Office, ann: Principal, bob: Principal) -> None:
    mine = office.meet(ann, office.event(), bob, send=False)
    assert not mine.value.was_sent
    assert office.all(bob) == []
    office.run(office.scheduling.update(ann, mine.id, renamed("Other"), send=Send.NOBODY))
    office.settle()
    assert office.subjects(bob) == []
    office.run(office.scheduling.update(ann, mine.id, renamed("Third"), send=Send.ALL))
    office.settle()
    assert office.only(bob).value.subject == "Third"
    assert office.only(ann).value.was_sent


@pytest.mark.parametrize("response", [Response.ACCEPTED, Response.TENTATIVE])
def test_an_answer_updates_the_organisers_tracking_of_one_attendee(
    office: Office, ann: Principal, bob: Principal, cem: Principal, response: Response
) -> None:
    office.meet(ann, office.event(), bob, cem)
    office.run(office.scheduling.respond(bob, office.only(bob).id, response, comment="Gladly"))
    office.settle()
    assert office.answers(ann) == {bob.address: response.value, cem.address: "none"}
    tracked = office.only(ann).value.attendees[0]
    assert tracked.comment == "Gladly"
    assert tracked.replied_at is not None
    mine = office.only(bob).value
    assert mine.my_response is response
    assert mine.busy_status is (BusyStatus.BUSY if response is Response.ACCEPTED else BusyStatus.TENTATIVE)
    assert office.subjects(ann) == [f"{response.value.title()}: Planning"]


def test_a_declined_meeting_leaves_the_calendar(office: Office, ann: Principal, bob: Principal) -> None:
    office.meet(ann, office.event(), bob)
    left = office.run(office.scheduling.respond(bob, office.only(bob).id, Response.DECLINED))
    office.settle()
    assert left is None
    assert office.all(bob) == []
    assert office.answers(ann) == {bob.address: "declined"}


def test_an_answer_that_is_not_sent_is_known_to_nobody(office: Office, ann: Principal, bob: Principal) -> None:
    office.meet(ann, office.event(), bob)
    office.run(office.scheduling.respond(bob, office.only(bob).id, Response.ACCEPTED, send=False))
    office.settle()
    assert office.only(bob).value.my_response is Response.ACCEPTED
    assert office.answers(ann) == {bob.address: "none"}
    assert office.subjects(ann) == []


def test_another_time_asks_for_new_answers_and_another_subject_does_not(
    office: Office, ann: Principal, bob: Principal
) -> None:
    mine = office.meet(ann, office.event(), bob)
    office.run(office.scheduling.respond(bob, office.only(bob).id, Response.ACCEPTED))
    office.settle()
    office.world.clock.advance(60)
    office.run(office.scheduling.update(ann, mine.id, renamed("Budget")))
    office.settle()
    theirs = office.only(bob).value
    assert (theirs.subject, theirs.my_response, theirs.sequence) == ("Budget", Response.ACCEPTED, 0)
    office.world.clock.advance(60)
    office.run(office.scheduling.update(ann, mine.id, later(2)))
    office.settle()
    theirs = office.only(bob).value
    assert (theirs.my_response, theirs.busy_status, theirs.sequence) == (Response.NONE, BusyStatus.TENTATIVE, 1)
    assert theirs.starts_at == office.at(12)
    assert office.answers(ann) == {bob.address: "none"}


def test_what_an_attendee_has_made_of_a_meeting_stays_over_an_update(
    office: Office, ann: Principal, bob: Principal
) -> None:
    mine = office.meet(ann, office.event(), bob)
    own = office.only(bob)

    def edit(event: Event) -> Event:
        return msgspec.structs.replace(event, reminder_minutes=5, categories=("Red",))

    office.run(office.scheduling.update(bob, own.id, edit))
    office.world.clock.advance(60)
    office.run(office.scheduling.update(ann, mine.id, later(1)))
    office.settle()
    theirs = office.only(bob).value
    assert (theirs.reminder_minutes, theirs.categories, theirs.starts_at) == (5, ("Red",), office.at(11))
    assert office.subjects(ann) == []


def test_who_is_added_is_invited_and_who_is_taken_off_is_told(
    office: Office, ann: Principal, bob: Principal, cem: Principal
) -> None:
    mine = office.meet(ann, office.event(), bob)
    office.world.clock.advance(60)

    def edit(event: Event) -> Event:
        return msgspec.structs.replace(event, attendees=(attendee(cem),))

    office.run(office.scheduling.update(ann, mine.id, edit, send=Send.CHANGED))
    office.settle()
    assert office.only(cem).value.subject == "Planning"
    assert office.only(bob).value.is_cancelled
    assert office.subjects(bob) == ["Planning", "Canceled: Planning"]


def test_a_cancelled_meeting_is_marked_and_free_until_it_is_removed(
    office: Office, ann: Principal, bob: Principal
) -> None:
    mine = office.meet(ann, office.event(), bob)
    office.run(office.scheduling.cancel(ann, mine.id, comment="Strike"))
    office.settle()
    assert office.all(ann) == []
    theirs = office.only(bob)
    assert theirs.value.is_cancelled
    assert theirs.value.busy_status is BusyStatus.FREE
    with pytest.raises(Invalid, match="cancelled"):
        office.run(office.scheduling.respond(bob, theirs.id, Response.ACCEPTED))
    office.run(office.calendar.events.delete(bob, theirs.id))
    assert office.all(bob) == []


def test_a_cancellation_may_be_silent(office: Office, ann: Principal, bob: Principal) -> None:
    mine = office.meet(ann, office.event(), bob)
    office.run(office.scheduling.cancel(ann, mine.id, send=False))
    office.settle()
    assert not office.only(bob).value.is_cancelled


def test_only_the_organiser_cancels_and_only_attendees_answer(office: Office, ann: Principal, bob: Principal) -> None:
    mine = office.meet(ann, office.event(), bob)
    with pytest.raises(Invalid, match="organiser"):
        office.run(office.scheduling.cancel(bob, office.only(bob).id))
    with pytest.raises(Invalid, match="somebody else"):
        office.run(office.scheduling.respond(ann, mine.id, Response.ACCEPTED))


def test_a_proposal_is_shown_taken_or_declined(office: Office, ann: Principal, bob: Principal) -> None:
    mine = office.meet(ann, office.event(), bob)
    proposal = office.at(15), office.at(16)
    office.run(office.scheduling.respond(bob, office.only(bob).id, Response.TENTATIVE, proposal=proposal))
    office.settle()
    tracked = office.only(ann).value.attendees[0]
    assert (tracked.response, tracked.proposed_start, tracked.proposed_end) == (Response.TENTATIVE, *proposal)
    assert office.only(ann).value.starts_at == office.at(10)
    office.run(office.scheduling.decline_proposal(ann, mine.id, bob.address))
    office.settle()
    assert office.only(ann).value.attendees[0].proposed_start is None
    assert office.subjects(bob)[-1] == "Declined proposal: Planning"
    with pytest.raises(NotFound):
        office.run(office.scheduling.decline_proposal(ann, mine.id, bob.address))


def test_proposals_can_be_disallowed(office: Office, ann: Principal, bob: Principal) -> None:
    office.meet(ann, office.event(allows_proposals=False), bob)
    own = office.only(bob)
    assert not own.value.allows_proposals
    with pytest.raises(Invalid, match="proposals"):
        office.run(office.scheduling.respond(bob, own.id, Response.TENTATIVE, proposal=(office.at(15), office.at(16))))


def weekly(office: Office, **facts: Any) -> Event:
    return office.event(recurrence=Recurrence(rule="FREQ=WEEKLY;COUNT=4"), **facts)


def test_one_occurrence_is_moved_and_another_cancelled(office: Office, ann: Principal, bob: Principal) -> None:
    mine = office.meet(ann, weekly(office), bob)
    office.world.clock.advance(60)
    second, third = (office.at(10, day=day) for day in (7, 14))
    office.run(office.scheduling.update(ann, mine.id, later(3), occurrence=second))
    office.settle()
    office.world.clock.advance(60)
    office.run(office.scheduling.cancel(ann, mine.id, occurrence=third))
    office.settle()
    end = office.at(0, day=40)
    for who in (ann, bob):
        times = [each.event.starts_at for each in office.view(who, office.at(0), end) if not each.event.is_cancelled]
        assert times == [office.at(10), office.at(13, day=7), office.at(10, day=21)], who
    assert len(office.view(bob, office.at(0), end)) == 4


def test_one_occurrence_is_answered_by_itself(office: Office, ann: Principal, bob: Principal) -> None:
    office.meet(ann, weekly(office), bob)
    second = office.at(10, day=7)
    office.run(office.scheduling.respond(bob, office.only(bob).id, Response.ACCEPTED))
    office.settle()
    office.run(office.scheduling.respond(bob, office.only(bob).id, Response.DECLINED, occurrence=second))
    office.settle()
    tracked = {
        each.event.starts_at: each.event.attendees[0].response
        for each in office.view(ann, office.at(0), office.at(0, day=40))
    }
    assert tracked[second] is Response.DECLINED
    assert set(tracked.values()) == {Response.ACCEPTED, Response.DECLINED}
    assert second not in [each.event.starts_at for each in office.view(bob, office.at(0), office.at(0, day=40))]


def test_a_change_of_the_series_reaches_the_exceptions_that_share_it(
    office: Office, ann: Principal, bob: Principal
) -> None:
    mine = office.meet(ann, weekly(office), bob)
    office.run(office.scheduling.update(ann, mine.id, later(3), occurrence=office.at(10, day=7)))
    office.run(office.scheduling.update(ann, mine.id, renamed("Retro")))
    shown = office.view(ann, office.at(0), office.at(0, day=40))
    assert {each.event.subject for each in shown} == {"Retro"}
    assert office.at(13, day=7) in [each.event.starts_at for each in shown]
    office.run(office.scheduling.update(ann, mine.id, later(1)))
    assert office.only(ann).value.exceptions == ()


def test_a_delegate_organises_and_answers_in_the_owners_name(
    office: Office, ann: Principal, bob: Principal, cem: Principal
) -> None:
    world = office.world
    calendar = office.folder_of(ann)
    world.run(world.services.permissions.set_grant(ann, calendar, cem.id, PROFILE_RIGHTS[Profile.EDITOR]))
    with pytest.raises(SendAsDenied):
        office.meet(cem, office.event(), bob, folder_id=calendar)
    world.run(world.services.delegation.grant(ann.account_id, cem.id, AccountPermission.SEND_ON_BEHALF))
    office.meet(cem, office.event(), bob, folder_id=calendar)
    theirs = office.only(bob).value
    assert theirs.organizer is not None
    assert (theirs.organizer.address, theirs.organizer.sent_by) == (ann.address, cem.address)
    (mail,) = world.inbox(bob)
    assert b"From: Ann Able <ann@example.test>" in mail
    assert b"Sender: Cem Calm <cem@example.test>" in mail
    office.run(office.scheduling.respond(bob, office.only(bob).id, Response.ACCEPTED))
    office.settle()
    assert office.answers(ann) == {bob.address: "accepted"}


def test_an_appointment_in_anothers_calendar_needs_no_right_to_send(
    office: Office, ann: Principal, cem: Principal
) -> None:
    world = office.world
    calendar = office.folder_of(ann)
    with pytest.raises(NotFound):
        office.run(office.scheduling.create(cem, calendar, office.event()))
    world.run(world.services.permissions.set_grant(ann, calendar, cem.id, PROFILE_RIGHTS[Profile.AUTHOR]))
    own = office.run(office.scheduling.create(cem, calendar, office.event()))
    others = office.run(office.scheduling.create(ann, calendar, office.event(12)))
    office.run(office.scheduling.update(cem, own.id, renamed("Mine")))
    with pytest.raises(PermissionDenied):
        office.run(office.scheduling.update(cem, others.id, renamed("Not mine")))


def test_a_group_is_invited_as_one_attendee_and_its_members_answer(
    office: Office, ann: Principal, bob: Principal, cem: Principal
) -> None:
    group = office.world.group("team", bob, cem)
    office.meet(ann, office.event(), attendee(group.address))
    for who in (bob, cem):
        office.run(office.scheduling.respond(who, office.only(who).id, Response.ACCEPTED))
    office.settle()
    assert office.answers(ann) == {group.address: "none", bob.address: "accepted", cem.address: "accepted"}


def test_the_organiser_who_is_in_the_invited_group_keeps_the_own_copy(
    office: Office, ann: Principal, bob: Principal
) -> None:
    group = office.world.group("team", ann, bob)
    office.meet(ann, office.event(), attendee(group.address))
    assert office.only(ann).value.meeting is Meeting.ORGANIZED


def test_an_attendee_passes_an_invitation_on(office: Office, ann: Principal, bob: Principal, cem: Principal) -> None:
    office.meet(ann, office.event(), bob)
    office.run(office.scheduling.forward(bob, office.only(bob).id, (attendee(cem),)))
    office.settle()
    office.run(office.scheduling.respond(cem, office.only(cem).id, Response.ACCEPTED))
    office.settle()
    assert office.answers(ann) == {bob.address: "none", cem.address: "accepted"}


def test_nobody_is_invited_to_a_meeting_that_is_not_stored(office: Office, ann: Principal, bob: Principal) -> None:
    office.world.run(office.world.services.quota.set_limit(None, ann.account_id, 10))
    with pytest.raises(Exception, match="full"):
        office.meet(ann, office.event(), bob)
    office.settle()
    assert office.all(bob) == []
