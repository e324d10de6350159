"""The event log as a file: whole lines from several writers, begun anew at a size, without secrets."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailproof_server.app import event_file
from mailproof_server.app.event_file import EventFile, read
from mailproof_server.model.clock import ManualClock
from mailproof_server.services.event_log import Event

START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def recorder(folder: Path, max_bytes: int = 1_000_000) -> EventFile:
    return EventFile(folder, ManualClock(START), max_bytes)


def test_records_are_lines_with_time_and_kind(tmp_path: Path) -> None:
    events = recorder(tmp_path)
    events.write(Event.MAILBOX_EMAIL_DELIVERED, {"recipient": "a@x.test", "subject": "Grüße\n"})
    events.write(Event.AUTHENTICATION, {"user": "a@x.test", "password": "hunter2", "token": "t"})
    assert list(read(tmp_path)) == [
        {
            "timestamp": START.isoformat(),
            "kind": "event",
            "event": "MAILBOX_EMAIL_DELIVERED",
            "recipient": "a@x.test",
            "subject": "Grüße\n",
        },
        {
            "timestamp": START.isoformat(),
            "kind": "audit",
            "event": "AUTHENTICATION",
            "user": "a@x.test",
            "password": "•••",
            "token": "•••",
        },
    ]
    assert (tmp_path / event_file.NAME).stat().st_mode & 0o777 == 0o600
    assert len((tmp_path / event_file.NAME).read_bytes().splitlines()) == 2


def test_a_file_that_is_large_is_begun_anew_and_the_older_one_is_kept(tmp_path: Path) -> None:
    one, other = recorder(tmp_path, 1000), recorder(tmp_path, 1000)
    for number in range(12):
        (one, other)[number % 2].write(Event.RULE_APPLIED, {"number": number, "fill": "x" * 60})
    numbers = [record["number"] for record in read(tmp_path)]
    assert numbers == list(range(12))[-len(numbers) :]
    assert len(numbers) > 6
    for name in (event_file.NAME, event_file.OLDER):
        assert (tmp_path / name).stat().st_size <= 1000


def test_writers_in_several_processes_lose_no_line(tmp_path: Path) -> None:
    children = []
    for writer in range(4):
        pid = os.fork()
        if not pid:
            events = recorder(tmp_path)
            for number in range(200):
                events.write(Event.RULE_APPLIED, {"writer": writer, "number": number, "fill": "é" * 300})
            os._exit(0)
        children.append(pid)
    assert all(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0 for pid in children)
    found = [(record["writer"], record["number"]) for record in read(tmp_path)]
    assert sorted(found) == [(writer, number) for writer in range(4) for number in range(200)]


def test_a_line_that_was_cut_short_is_left_out(tmp_path: Path) -> None:
    recorder(tmp_path).write(Event.RULE_APPLIED, {"number": 1})
    with (tmp_path / event_file.NAME).open("ab") as file:
        file.write(b'{"event": "RULE_\n' + json.dumps({"event": "X"}).encode() + b"\n[]\n")
    assert [record["event"] for record in read(tmp_path)] == ["RULE_APPLIED", "X"]


def test_a_folder_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    events = recorder(tmp_path / "missing")
    events.write(Event.RULE_APPLIED, {})
    events.write(Event.RULE_APPLIED, {})
    (tmp_path / "missing").mkdir()
    events.write(Event.RULE_APPLIED, {"number": 3})
    assert [record["number"] for record in read(tmp_path / "missing")] == [3]


def test_no_file_is_no_records(tmp_path: Path) -> None:
    assert list(read(tmp_path)) == []


@pytest.mark.parametrize("size", [0, 10])
def test_a_record_larger_than_the_limit_is_kept_by_itself(tmp_path: Path, size: int) -> None:
    events = recorder(tmp_path, size)
    for number in range(3):
        events.write(Event.RULE_APPLIED, {"number": number})
    assert [record["number"] for record in read(tmp_path)] == [1, 2]
