"""Meetings and contacts by the operator's commands, in JSON both ways."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .test_admin_batch import Batch


class Admin:
    """Commands on one store, each with its answer; a refusal is its text."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch

    def __call__(self, *command: str, given: object = None, status: int = 0) -> Any:
        return self._batch.refusal(*command, given=given)[1] if status else self._batch(*command, given=given)


@pytest.fixture
def admin(tmp_path: Path) -> Iterator[Admin]:
    batch = Batch(tmp_path / "kept")
    call = Admin(batch)
    call("domain", "add", "example.org")
    for name in ("ann", "bob"):
        call("user", "add", f"{name}@example.org")
    call("resource", "add", "room@example.org", "room")
    yield call
    batch.end()


EVENT = {
    "subject": "Planning",
    "starts_at": "2026-03-09T10:00",
    "ends_at": "2026-03-09T11:00",
    "time_zone": "Romance Standard Time",
    "attendees": ["bob@example.org", {"address": "room@example.org", "role": "resource"}],
    "recurrence": "FREQ=WEEKLY;COUNT=3",
}


def test_a_meeting_is_created_answered_moved_and_called_off(admin: Admin) -> None:
    made = admin("calendar", "create", "ann@example.org", "-", given=EVENT)
    assert (made["time_zone"], made["starts_at"]) == ("Europe/Paris", "2026-03-09T09:00:00Z")
    assert [each.get("response", "none") for each in made["attendees"]] == ["none", "accepted"]
    (theirs,) = admin("calendar", "list", "bob@example.org")
    assert theirs["busy_status"] == "tentative"
    admin("calendar", "respond", "bob@example.org", str(theirs["id"]), "accepted", "--comment", "Yes")
    (mine,) = admin("calendar", "list", "ann@example.org")
    assert [each["response"] for each in mine["attendees"]] == ["accepted", "accepted"]
    moved = {"starts_at": "2026-03-16T14:00", "ends_at": "2026-03-16T15:00", "time_zone": "Europe/Paris"}
    number = str(mine["id"])
    occurrence = ("--occurrence", "2026-03-16T10:00", "--zone", "Europe/Paris")
    admin("calendar", "update", "ann@example.org", number, "-", *occurrence, given=moved)
    window = ("2026-03-09", "2026-04-01", "--zone", "Europe/Paris")
    shown = admin("calendar", "view", "bob@example.org", *window)
    assert [each["starts_at"] for each in shown] == [
        "2026-03-09T09:00:00Z",
        "2026-03-16T13:00:00Z",
        "2026-03-23T09:00:00Z",
    ]
    busy = ("free-busy", "bob@example.org", "2026-03-09T10:00", "2026-03-09T12:00")
    (ann, room) = admin("calendar", *busy, "ann@example.org", "room@example.org", "--zone", "Europe/Paris")
    assert (ann["merged"], room["merged"]) == ("2200", "2200")
    admin("calendar", "cancel", "ann@example.org", number)
    assert admin("calendar", "list", "room@example.org") == []
    (theirs,) = admin("calendar", "list", "bob@example.org")
    assert theirs["is_cancelled"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"time_zone": "Mars/Base"}, "Unknown time zone"),
        ({"recurrence": "FREQ=NEVER"}, "FREQ=NEVER"),
        ({"starts_at": "soon"}, "no moment"),
        ({"ends_at": "2026-03-09T09:00"}, "ends before"),
        ({"colour": "red"}, "colour"),
        ({"busy_status": "asleep"}, "busy_status"),
    ],
)
def test_what_is_no_event_is_refused_by_name(admin: Admin, change: dict[str, str], words: str) -> None:
    assert words in admin("calendar", "create", "ann@example.org", "-", given={**EVENT, **change}, status=2)
    assert admin("calendar", "list", "ann@example.org") == []


def test_contacts_are_imported_listed_and_gathered(admin: Admin, tmp_path: Path) -> None:
    file = tmp_path / "contacts.csv"
    file.write_bytes("First Name,Last Name,E-mail Address\r\nZoë,Zet,zoe@outside.test\r\n".encode("cp1252"))
    assert admin("contacts", "import", str(file), "--account", "ann@example.org")["imported"] == 1
    (zoe,) = admin("contacts", "list", "--account", "ann@example.org")
    assert (zoe["given_name"], zoe["emails"]) == ("Zoë", [{"address": "zoe@outside.test"}])
    gathered = admin("contacts", "add-list", "Fair", "bob@example.org", "x@y.test", "--account", "ann@example.org")
    told = admin("contacts", "expand-list", str(gathered["id"]), "--account", "ann@example.org")
    assert [(each["kind"], each["address"]) for each in told] == [
        ("directory", "bob@example.org"),
        ("one_off", "x@y.test"),
    ]
    assert [each["address"] for each in admin("contacts", "find", "bo")] == ["bob@example.org"]
    file.write_bytes(b"A;B\r\n")
    assert "Line 1" in admin("contacts", "import", str(file), "--account", "ann@example.org", status=2)


def test_an_icalendar_file_is_taken_over(admin: Admin, tmp_path: Path) -> None:
    file = tmp_path / "one.ics"
    file.write_bytes(
        b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:u1\r\nDTSTART:20260309T100000\r\nDURATION:PT90M\r\n"
        b"SUMMARY:Lunch\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    admin("calendar", "import", "ann@example.org", str(file), "--zone", "Europe/Paris")
    (only,) = admin("calendar", "list", "ann@example.org")
    assert (only["uid"], only["starts_at"], only["ends_at"]) == (
        "u1",
        "2026-03-09T09:00:00Z",
        "2026-03-09T10:30:00Z",
    )
