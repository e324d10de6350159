"""Events in calendars: keeping, viewing, rights, limits (FEATURES CAL-01, CAL-07 to CAL-09)."""

from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from mailproof_server.model.account import Principal
from mailproof_server.model.attachment import AttachedFile, Attachment
from mailproof_server.model.errors import Invalid, NotFound, PermissionDenied, Stale, TooMany
from mailproof_server.model.event import BusyStatus, Event, Importance, Recurrence, Sensitivity
from mailproof_server.model.folder import FolderRole
from mailproof_server.model.permission import PROFILE_RIGHTS, Profile, Right
from mailproof_server.services.calendar.imip import read_events

from .conftest import Office


def put(office: Office, who: Principal, event: Event, **facts: Any) -> Any:
    return office.run(office.calendar.events.create(who, office.folder_of(who), event, **facts))


def test_every_fact_of_an_event_is_kept(office: Office, ann: Principal) -> None:
    wanted = office.event(
        location="Room 1",
        body="Agenda",
        body_html="<b>Agenda</b>",
        busy_status=BusyStatus.OUT_OF_OFFICE,
        sensitivity=Sensitivity.CONFIDENTIAL,
        importance=Importance.HIGH,
        reminder_minutes=0,
        categories=("Red", "Blue"),
        online_link="https://meet.test/1",
    )
    made = put(office, ann, wanted)
    found = office.run(office.calendar.events.get(ann, made.id)).value
    same = msgspec.structs.replace(found, uid="", created_at=None, changed_at=None)
    assert same == wanted
    assert found.uid


def test_an_event_is_a_message_with_a_calendar_for_imap(office: Office, ann: Principal) -> None:
    put(office, ann, office.event(location="Room 1", recurrence=Recurrence(rule="FREQ=DAILY;COUNT=2")))
    folder = office.world.role(ann, FolderRole.CALENDAR)
    messages = office.world.services.messages
    data = office.run(messages.data(ann, folder.id, office.run(messages.uids(ann, folder.id))[0]))
    assert b"Subject: Planning" in data
    assert b"text/calendar" in data


def test_attachments_stay_over_changes_and_travel_with_the_invitation(
    office: Office, ann: Principal, bob: Principal
) -> None:
    file = AttachedFile(Attachment(name="plan é.pdf", media_type="application/pdf"), b"%PDF" + bytes(range(256)))
    mine = office.meet(ann, office.event(), bob, files=(file,))
    edit = lambda event: msgspec.structs.replace(event, subject="Other")  # noqa: E731
    office.run(office.scheduling.update(ann, mine.id, edit))
    (kept,) = office.run(office.calendar.events.files(ann, mine.id))
    assert (kept.data, kept.described.name, kept.described.size_bytes) == (file.data, "plan é.pdf", 260)
    office.settle()
    assert b"application/pdf" in office.world.inbox(bob)[0]


def test_a_view_expands_and_sorts(office: Office, ann: Principal) -> None:
    put(office, ann, office.event(12))
    put(office, ann, office.event(9, recurrence=Recurrence(rule="FREQ=DAILY;COUNT=3")))
    put(office, ann, office.event(0, 24, day=1, is_all_day=True, subject="Holiday"))
    shown = office.view(ann)
    assert [each.event.starts_at for each in shown] == [
        office.at(9),
        office.at(12),
        office.at(0, day=1),
        office.at(9, day=1),
        office.at(9, day=2),
    ]
    assert shown[0].event.original_start == office.at(9)
    assert shown[0].event.recurrence is None


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Europe/Paris", "Pacific/Kiritimati"])
def test_an_all_day_event_is_that_day_in_its_zone(office: Office, ann: Principal, zone: str) -> None:
    start = datetime(2026, 3, 9, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    made = put(
        office,
        ann,
        Event(starts_at=start, ends_at=start + timedelta(days=1), time_zone=zone, is_all_day=True, subject="x"),
    )
    assert made.value.local_start.date().isoformat() == "2026-03-09"
    folder = office.world.role(ann, FolderRole.CALENDAR)
    messages = office.world.services.messages
    data = office.run(messages.data(ann, folder.id, office.run(messages.uids(ann, folder.id))[0]))
    from email import message_from_bytes

    (part,) = [each for each in message_from_bytes(data).walk() if each.get_content_type() == "text/calendar"]
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert b"DTSTART;VALUE=DATE:20260309" in payload
    assert b"DTEND;VALUE=DATE:20260310" in payload
    (back,) = read_events(payload, office.calendar.events.limits, zone)
    assert (back.starts_at, back.ends_at, back.is_all_day) == (made.value.starts_at, made.value.ends_at, True)


def test_changes_are_refused_when_somebody_was_faster(office: Office, ann: Principal) -> None:
    made = put(office, ann, office.event())
    edit = lambda event: msgspec.structs.replace(event, subject="One")  # noqa: E731
    office.run(office.calendar.events.update(ann, made.id, edit, unchanged_since=made.modseq))
    with pytest.raises(Stale):
        office.run(office.calendar.events.update(ann, made.id, edit, unchanged_since=made.modseq))


def test_rights_reach_as_far_as_granted(office: Office, ann: Principal, bob: Principal) -> None:
    made = put(office, ann, office.event(sensitivity=Sensitivity.PRIVATE))
    events, permissions = office.calendar.events, office.world.services.permissions
    folder = office.folder_of(ann)
    edit = lambda event: msgspec.structs.replace(event, subject="Changed")  # noqa: E731
    with pytest.raises(NotFound):
        office.run(events.get(bob, made.id))
    office.run(permissions.set_grant(ann, folder, bob.id, Right.FREE_BUSY_DETAILED))
    with pytest.raises(NotFound):
        office.run(events.get(bob, made.id))
    office.run(permissions.set_grant(ann, folder, bob.id, PROFILE_RIGHTS[Profile.REVIEWER]))
    assert office.run(events.get(bob, made.id)).value.subject == "Planning"
    for act in (events.update(bob, made.id, edit), events.delete(bob, made.id), events.create(bob, folder, made.value)):
        with pytest.raises(PermissionDenied):
            office.run(act)
    office.run(permissions.set_grant(ann, folder, bob.id, PROFILE_RIGHTS[Profile.AUTHOR]))
    own = office.run(events.create(bob, folder, office.event(12)))
    office.run(events.update(bob, own.id, edit))
    with pytest.raises(PermissionDenied):
        office.run(events.delete(bob, made.id))
    office.run(events.delete(bob, own.id))
    office.run(permissions.set_grant(ann, folder, bob.id, PROFILE_RIGHTS[Profile.EDITOR]))
    office.run(events.update(bob, made.id, edit))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"time_zone": "Mars/Base"}, "Unknown time zone: Mars/Base"),
        ({"ends_at": datetime(2026, 3, 1, tzinfo=UTC)}, "ends before"),
        ({"starts_at": datetime(1500, 1, 1, tzinfo=UTC)}, "1601"),
        ({"is_all_day": True}, "midnight"),
        ({"subject": "x" * 1001}, "subject"),
        ({"uid": "x" * 1001}, "UID"),
        ({"reminder_minutes": -1}, "reminder"),
        ({"deleted": (datetime(2026, 3, 9, tzinfo=UTC),)}, "does not repeat"),
        ({"recurrence": Recurrence(rule="FREQ=HOURLY")}, "FREQ=HOURLY"),
        ({"recurrence": Recurrence(rule="FREQ=DAILY;COUNT=20000")}, "COUNT=20000"),
    ],
)
def test_what_no_event_can_be_is_refused_by_name(
    office: Office, ann: Principal, change: dict[str, Any], words: str
) -> None:
    with pytest.raises(Invalid, match=words):
        put(office, ann, msgspec.structs.replace(office.event(), **change))
    assert office.all(ann) == []


def test_an_exception_needs_an_occurrence(office: Office, ann: Principal) -> None:
    series = office.event(recurrence=Recurrence(rule="FREQ=DAILY;COUNT=3"))
    nowhere = office.event(11, original_start=office.at(11))
    with pytest.raises(Invalid, match="no occurrence at"):
        put(office, ann, msgspec.structs.replace(series, exceptions=(nowhere,)))
    twice = office.event(11, original_start=office.at(10))
    with pytest.raises(Invalid, match="once"):
        put(office, ann, msgspec.structs.replace(series, exceptions=(twice, twice)))


def test_a_view_has_limits(office: Office, ann: Principal) -> None:
    with pytest.raises(Invalid, match="732 days"):
        office.view(ann, office.at(0), office.at(0, day=733))
    with pytest.raises(Invalid, match="before it starts"):
        office.view(ann, office.at(1), office.at(0))
    for _ in range(2):
        put(office, ann, office.event(recurrence=Recurrence(rule="FREQ=DAILY")))
    office.calendar.events.limits = msgspec.structs.replace(office.calendar.events.limits, view_occurrences=10)
    with pytest.raises(TooMany):
        office.view(ann)


def test_a_uid_is_found_in_calendars_only(office: Office, ann: Principal) -> None:
    made = put(office, ann, office.event(uid="040000008200e00074c5b7101a82e008AB"))
    by_uid = lambda uid: office.run(office.calendar.events.by_uid(ann, ann.account_id, uid))  # noqa: E731
    assert [each.id for each in by_uid(made.value.uid.upper())] == [made.id]
    assert by_uid("other") == []
    office.run(office.calendar.events.delete(ann, made.id))
    assert by_uid(made.value.uid) == []


def test_a_view_of_two_years_of_a_weekly_series_is_quick_and_then_kept(office: Office, ann: Principal) -> None:
    put(office, ann, office.event(recurrence=Recurrence(rule="FREQ=WEEKLY")))
    window = office.at(0), office.at(0, day=730)
    times = []
    for _ in range(5):
        began = perf_counter()
        assert len(office.view(ann, *window)) == 105
        times.append(perf_counter() - began)
    assert times[0] < 0.025
    assert min(times[1:]) < 0.005


def test_tasks_are_completed_by_any_of_their_marks(office: Office, ann: Principal) -> None:
    from mailproof_server.model.task import Note, Task, TaskStatus

    services = office.world.services
    folder = office.world.role(ann, FolderRole.TASKS).id
    made = office.run(services.tasks.create(ann, folder, Task(subject="x", percent_complete=100)))
    assert (made.value.status, made.value.completed_at) == (TaskStatus.COMPLETED, office.world.clock.now())
    reopen = lambda task: msgspec.structs.replace(task, status=TaskStatus.NOT_STARTED)  # noqa: E731
    again = office.run(services.tasks.update(ann, made.id, reopen)).value
    assert (again.status, again.percent_complete, again.completed_at) == (TaskStatus.NOT_STARTED, 0, None)
    with pytest.raises(Invalid):
        office.run(services.tasks.create(ann, folder, Task(percent_complete=101)))
    notes = office.world.role(ann, FolderRole.NOTES).id
    note = office.run(services.notes.create(ann, notes, Note(body="First line\nsecond"))).value
    assert note.subject == "First line"
