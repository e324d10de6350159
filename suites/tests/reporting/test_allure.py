"""allure-results/ in Allure's format, with the labels and links that group a run by requirement."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mailproof_suites.reporting.allure_results import (
    CATEGORIES,
    environment_properties,
    executor_of,
    write_allure,
)
from mailproof_suites.verdicts import Run

REPORTS = Path(__file__).resolve().parents[3] / "reports"


@pytest.fixture
def results(golden_run: Run, tmp_path: Path) -> dict[str, dict[str, Any]]:
    """Name of the pytest function -> its result."""
    folder = write_allure(golden_run, tmp_path, {})
    found = [json.loads(path.read_bytes()) for path in folder.glob("*-result.json")]
    return {result["fullName"].partition("#")[2]: result for result in found}


def labels(result: dict[str, Any], name: str) -> list[str]:
    return [label["value"] for label in result["labels"] if label["name"] == name]


def test_a_result_is_grouped_by_area_specification_and_section(results: dict[str, dict[str, Any]]) -> None:
    result = results["test_moved_messages_get_new_uids"]
    assert result["name"] == "A moved message gets a new UID"
    assert result["fullName"] == "imap.rfc9051.test_6_4_8_move#test_moved_messages_get_new_uids"
    assert labels(result, "epic") == ["imap"]
    assert labels(result, "feature") == ["RFC 9051", "FEATURES"]
    assert labels(result, "story") == ["RFC 9051 §6.4.8", "FEATURES §Transport and access"]
    assert labels(result, "requirement") == ["RFC9051:6.4.8-3", "NET-02"]
    assert labels(result, "severity") == ["critical"]
    assert labels(results["test_line"], "severity") == ["normal"]
    assert result["links"] == [
        {"type": "tms", "url": "https://www.rfc-editor.org/rfc/rfc9051#section-6.4.8", "name": "RFC9051:6.4.8-3"},
        {"type": "tms", "url": "urn:mailproof:requirement:NET-02", "name": "NET-02"},
    ]
    assert (result["start"], result["stop"]) == (1795520000250, 1795520000281)


def test_each_verdict_has_its_status_and_category(results: dict[str, dict[str, Any]]) -> None:
    status = {name: result["status"] for name, result in results.items()}
    assert status == {
        "test_moved_messages_get_new_uids": "failed",
        "test_text": "failed",
        "test_dot": "passed",
        "test_line": "broken",
        "test_tls_1_1_is_refused": "skipped",
        "test_condstore": "skipped",
    }
    for name, category in {
        "test_moved_messages_get_new_uids": "Requirement violated by the target",
        "test_line": "Harness error: nothing was found out",
        "test_tls_1_1_is_refused": "Known deviation",
        "test_condstore": "Not testable on this target",
    }.items():
        result = results[name]
        # As Allure does it: the status is listed, and the pattern matches the whole message.
        matching = [
            entry["name"]
            for entry in CATEGORIES
            if result["status"] in entry["matchedStatuses"]
            and re.fullmatch(str(entry.get("messageRegex", ".*")), result["statusDetails"]["message"], re.DOTALL)
        ]
        assert matching == [category]


def test_steps_end_with_expected_against_actual(results: dict[str, dict[str, Any]]) -> None:
    steps = results["test_moved_messages_get_new_uids"]["steps"]
    assert [(step["name"], step["status"]) for step in steps] == [
        ("append", "passed"),
        ("move", "failed"),
        ("expected against actual", "failed"),
        ("note: the server sent EXPUNGE before COPYUID's tagged reply", "passed"),
    ]
    assert steps[2]["parameters"] == [
        {"name": "expected", "value": "a UID above 1511 in the destination"},
        {"name": "actual", "value": "UID 7, the one that it had in the source"},
    ]


def test_the_wire_log_is_attached_as_text(golden_run: Run, tmp_path: Path) -> None:
    folder = write_allure(golden_run, tmp_path, {})
    for path in folder.glob("*-result.json"):
        for attachment in json.loads(path.read_bytes())["attachments"]:
            assert attachment["type"] == "text/plain"
            text = (folder / attachment["source"]).read_text(encoding="utf-8")
            assert "alice < * OK" in text
            assert "\x00" not in text
    assert len(list(folder.glob("*-attachment.txt"))) == 2


def test_parameters_tell_histories_apart_and_targets_too(golden_run: Run, tmp_path: Path) -> None:
    golden_run.cases[2].id = golden_run.cases[1].id.replace("[nul]", "[bell]")
    keys = set()
    for target in ("acme", "other"):
        golden_run.target = target
        folder = write_allure(golden_run, tmp_path / target, {})
        keys |= {json.loads(path.read_bytes())["historyId"] for path in folder.glob("*-result.json")}
    assert len(keys) == 2 * len(golden_run.cases)


def test_a_second_writing_gives_the_same_files(golden_run: Run, tmp_path: Path) -> None:
    first = sorted(path.name for path in write_allure(golden_run, tmp_path, {}).iterdir())
    second = sorted(path.name for path in write_allure(golden_run, tmp_path, {}).iterdir())
    assert first == second


def test_categories_of_the_repository_are_those_of_a_run(golden_run: Run, tmp_path: Path) -> None:
    assert json.loads((REPORTS / "categories.json").read_bytes()) == CATEGORIES
    assert json.loads((write_allure(golden_run, tmp_path, {}) / "categories.json").read_bytes()) == CATEGORIES


def test_the_environment_is_a_properties_file(golden_run: Run) -> None:
    golden_run.environment = {"imap id": "Grüße = 😀", "path": "C:\\new", "#odd:key": "! x"}
    lines = environment_properties(golden_run).splitlines()
    assert "target = acme" in lines
    assert "requirements.no_case_yet = 1" in lines
    assert "imap\\ id = Gr\\u00fc\\u00dfe = \\ud83d\\ude00" in lines
    assert "path = C:\\\\new" in lines
    assert "\\#odd\\:key = \\! x" in lines


def test_no_executor_outside_of_ci(golden_run: Run, tmp_path: Path) -> None:
    assert executor_of({}) == {}
    assert not (write_allure(golden_run, tmp_path, {}) / "executor.json").exists()


def test_the_executor_is_told_by_ci_variables(golden_run: Run, tmp_path: Path) -> None:
    github = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_SERVER_URL": "https://github.example",
        "GITHUB_REPOSITORY": "acme/mail",
        "GITHUB_RUN_NUMBER": "17",
        "GITHUB_RUN_ID": "99",
        "GITHUB_WORKFLOW": "nightly",
    }
    assert json.loads((write_allure(golden_run, tmp_path, github) / "executor.json").read_bytes()) == {
        "name": "GitHub Actions",
        "type": "github",
        "url": "https://github.example/acme/mail",
        "buildName": "nightly #17",
        "buildUrl": "https://github.example/acme/mail/actions/runs/99",
        "reportName": "mailproof",
        "buildOrder": 17,
    }
    assert executor_of({"GITLAB_CI": "true", "CI_PIPELINE_IID": "x"})["type"] == "gitlab"
    assert "buildOrder" not in executor_of({"GITLAB_CI": "true", "CI_PIPELINE_IID": "x"})
    assert executor_of({"JENKINS_URL": "https://ci.example", "BUILD_NUMBER": "3"})["buildOrder"] == 3


CONFTEST = """
import pytest
from mailproof_suites.reporting import allure_labels
from mailproof_suites.requirements import Requirement
from mailproof_suites.verdicts import Level

@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    for item in items:
        if "moved" in item.name:
            row = Requirement(id="RFC9051:6.4.8-3", source="RFC 9051", section="6.4.8", level=Level.SHOULD, text="t")
            allure_labels.apply(item, [row], area="imap")
"""


@pytest.fixture
def run_pytest(tmp_path: Path) -> Callable[..., str]:
    """Run a pytest of its own over two cases, one of them labelled."""
    (tmp_path / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --strict-markers\n", encoding="utf-8")
    (tmp_path / "test_x.py").write_text("def test_moved(): pass\ndef test_other(): pass\n", encoding="utf-8")

    def run(*arguments: str) -> str:
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:locust", *arguments]
        environ = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
        done = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


def test_allure_pytest_gets_the_same_labels(run_pytest: Callable[..., str], tmp_path: Path) -> None:
    out = run_pytest("--alluredir", "found", "--allure-label", "requirement=RFC9051:6.4.8-3")
    assert "1 passed, 1 deselected" in out
    (path,) = (tmp_path / "found").glob("*-result.json")
    result = json.loads(path.read_bytes())
    for name, value in {
        "epic": "imap",
        "feature": "RFC 9051",
        "story": "RFC 9051 §6.4.8",
        "severity": "normal",
        "requirement": "RFC9051:6.4.8-3",
    }.items():
        assert labels(result, name) == [value]
    assert [(link["type"], link["name"]) for link in result["links"]] == [("tms", "RFC9051:6.4.8-3")]


def test_without_allure_pytest_labels_are_no_burden(run_pytest: Callable[..., str]) -> None:
    assert "2 passed" in run_pytest("-p", "no:allure_pytest")
