"""results.json is the contract to the letter; run.json brings a whole run back; a broken file is named in one line."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from mailproof_suites.reporting import Paths, RunUnreadableError, load_run, write_all
from mailproof_suites.reporting.files import folder_swapped_in, write_atomically
from mailproof_suites.reporting.results import Results, write_results, write_run
from mailproof_suites.verdicts import CaseResult, Run, Verdict


def test_every_file_of_the_contract_is_written(golden_run: Run, tmp_path: Path) -> None:
    paths = write_all(golden_run, tmp_path / "a" / "latest", environ={})
    names = sorted(path.name for path in (tmp_path / "a" / "latest").iterdir())
    assert names == ["allure-results", "junit.xml", "report.html", "results.json", "run.json"]
    assert paths == Paths(
        results=tmp_path / "a/latest/results.json",
        run=tmp_path / "a/latest/run.json",
        junit=tmp_path / "a/latest/junit.xml",
        allure=tmp_path / "a/latest/allure-results",
        html=tmp_path / "a/latest/report.html",
    )


def test_results_have_the_keys_of_the_contract_and_no_other(golden_run: Run, tmp_path: Path) -> None:
    data = json.loads(write_results(golden_run, tmp_path).read_bytes())
    assert list(data) == ["format", "target", "started", "seconds", "cases", "summary"]
    assert data["format"] == 1
    assert data["target"] == "acme"
    assert data["started"] == "2026-11-24T15:04:05+01:00"
    assert data["seconds"] == 41.2346
    assert data["summary"] == {"pass": 1, "fail": 2, "error": 1, "skip": 1, "known": 1}
    for case in data["cases"]:
        assert list(case) == ["id", "requirements", "area", "level", "verdict", "message", "seconds"]
        assert "\n" not in case["message"]
    assert data["cases"][0] == {
        "id": "imap/rfc9051/test_6_4_8_move.py::test_moved_messages_get_new_uids",
        "requirements": ["RFC9051:6.4.8-3", "NET-02"],
        "area": "imap",
        "level": "must",
        "verdict": "fail",
        "message": "the COPYUID of a move names the old UID",
        "seconds": 0.031,
    }


def test_results_hold_to_their_schema(golden_run: Run, tmp_path: Path) -> None:
    decoded = msgspec.json.decode(write_results(golden_run, tmp_path).read_bytes(), type=Results)
    assert [case.verdict for case in decoded.cases] == [case.verdict for case in golden_run.cases]


def test_a_run_comes_back_whole(golden_run: Run, tmp_path: Path) -> None:
    write_run(golden_run, tmp_path)
    back = load_run(tmp_path)
    assert back.requirements[0] == golden_run.requirements[0]
    assert back.cases[0] == golden_run.cases[0]
    assert back.summary() == golden_run.summary()
    # The raw byte that was no UTF-8 is the one thing that JSON cannot hold.
    assert back.cases[1].actual == golden_run.cases[1].actual.replace("\udc80", "\\x80")


def test_bare_results_are_enough_to_compare(golden_run: Run, tmp_path: Path) -> None:
    path = write_results(golden_run, tmp_path)
    for place in (tmp_path, path):
        back = load_run(place)
        assert [(case.id, case.verdict) for case in back.cases] == [
            (case.id, case.verdict) for case in golden_run.cases
        ]
        assert back.requirements == []


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("", "not readable as JSON"),
        ("{", "not readable as JSON"),
        ("[]", "not the results of a run"),
        ("{}", "not the results of a run"),
        ('{"format": 2}', "format 2, but this version of mailproof reads format 1"),
        ('{"format": 1, "target": "x"}', "missing required field"),
        ('{"format": 1, "target": "x", "requirements": 7}', "not the results of a run"),
        (b"\xff\xfe", "not readable as JSON"),
    ],
)
def test_a_broken_file_is_named_in_one_line(tmp_path: Path, content: str | bytes, complaint: str) -> None:
    path = tmp_path / "run.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(RunUnreadableError) as raised:
        load_run(tmp_path)
    assert str(path) in str(raised.value)
    assert complaint in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_place_without_a_run_is_named(tmp_path: Path) -> None:
    with pytest.raises(RunUnreadableError, match="no such file or folder"):
        load_run(tmp_path / "nowhere")
    with pytest.raises(RunUnreadableError, match=r"holds neither run\.json nor results\.json"):
        load_run(tmp_path)


def test_an_unreadable_file_is_an_error_of_ours(tmp_path: Path) -> None:
    (tmp_path / "run.json").mkdir()
    (tmp_path / "results.json").symlink_to("results.json")
    with pytest.raises(RunUnreadableError):
        load_run(tmp_path)


def test_a_failed_write_leaves_the_old_file_and_no_litter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_atomically(tmp_path / "a.json", b"old")

    def refuse(descriptor: int) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OSError, match="disk full"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_failed_folder_leaves_the_old_one_and_no_litter(tmp_path: Path) -> None:
    with folder_swapped_in(tmp_path / "box") as fresh:
        (fresh / "old").touch()

    def fill_half() -> None:
        with folder_swapped_in(tmp_path / "box") as fresh:
            (fresh / "new").touch()
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        fill_half()
    assert [path.name for path in tmp_path.rglob("*")] == ["box", "old"]


def test_files_are_as_readable_as_any_new_file(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.touch()
    written = write_atomically(tmp_path / "written", b"")
    assert written.stat().st_mode == plain.stat().st_mode


def test_a_second_run_replaces_the_first(make_run: Callable[..., Run], tmp_path: Path) -> None:
    write_all(make_run(a="pass", b="pass"), tmp_path, environ={})
    write_all(make_run(a="fail"), tmp_path, environ={})
    assert [case.verdict for case in load_run(tmp_path).cases] == [Verdict.FAIL]
    assert len(list((tmp_path / "allure-results").glob("*-result.json"))) == 1


def test_an_empty_run_gives_every_file(tmp_path: Path) -> None:
    run = Run(target="x", started="2026-11-24T15:04:05+00:00", seconds=0.0, unreachable="connection refused")
    paths = write_all(run, tmp_path, environ={})
    assert "could not be reached" in paths.html.read_text(encoding="utf-8")
    assert load_run(tmp_path) == run


def test_a_case_without_anything_gives_every_file(tmp_path: Path) -> None:
    run = Run(target="", started="yesterday", seconds=0.0, cases=[CaseResult(id="x")])
    write_all(run, tmp_path, environ={})
    assert load_run(tmp_path) == run
