"""The command line: quick help with examples, and every command of the contract."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from mailproof_suites.cli import COMMANDS, cli
from mailproof_suites.reporting import write_all
from mailproof_suites.verdicts import CaseResult, Run, Verdict

from .conftest import Check, environment, run

HEAVY = ("pytest", "msgspec", "rich", "cryptography", "jinja2", "mailproof_suites.plugin", "mailproof_server")


def test_help_imports_nothing_heavy(tmp_path: Path) -> None:
    source = (
        "import sys\nfrom mailproof_suites.cli import cli\ncli(['--help'], standalone_mode=False)\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    outcome = run([sys.executable, "-c", source], tmp_path)
    assert outcome.out.rstrip().endswith("[]"), outcome.out + outcome.err


def test_help_names_every_command_of_the_contract() -> None:
    text = CliRunner().invoke(cli, ["--help"]).output
    assert set(re.findall(r"^  (\w+) {2,}", text, re.MULTILINE)) == set(COMMANDS)
    assert set(COMMANDS) == {"serve", "check", "compare", "load", "prove", "admin", "report"}


@pytest.mark.parametrize("name", ["", *(name for name in COMMANDS if name not in {"admin", "load"})])
def test_every_help_has_an_example(name: str) -> None:
    result = CliRunner().invoke(cli, [*([name] if name else []), "--help"])
    assert result.exit_code == 0
    assert re.search(rf"^ +mailproof {name}", result.output, re.MULTILINE), result.output


def test_load_becomes_a_process_of_its_own_and_its_help_has_an_example() -> None:
    command = [sys.executable, "-m", "mailproof_suites.cli", "load", "--help"]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert re.search(r"^ +mailproof load", done.stdout, re.MULTILINE), done.stdout


def saved(folder: Path, verdict: Verdict) -> Path:
    run = Run(target="t", started="2026-01-01T00:00:00+00:00", seconds=1.0)
    run.cases = [CaseResult(id="imap/x.py::test_a", area="imap", verdict=verdict, requirements=["MAIL-07"])]
    write_all(run, folder, environ={})
    return folder


def test_compare_fails_when_something_is_lost(tmp_path: Path) -> None:
    good, bad = saved(tmp_path / "good", Verdict.PASS), saved(tmp_path / "bad", Verdict.FAIL)
    worse = CliRunner().invoke(cli, ["compare", str(good), str(bad)])
    assert worse.exit_code == 1
    assert "imap/x.py::test_a" in worse.output
    assert CliRunner().invoke(cli, ["compare", str(bad), str(good / "results.json")]).exit_code == 0


@pytest.mark.parametrize("arguments", [["compare", "absent", "absent"], ["report", "absent"]])
def test_a_run_that_is_not_there_is_named(arguments: list[str]) -> None:
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == 2
    assert "absent" in result.output
    assert "Traceback" not in result.output


def test_report_builds_the_html_again(tmp_path: Path) -> None:
    folder = saved(tmp_path / "run", Verdict.FAIL)
    before = (folder / "report.html").read_text()
    (folder / "report.html").unlink()
    result = CliRunner().invoke(cli, ["report", str(folder)])
    assert result.exit_code == 0
    assert result.output.strip() == str(folder / "report.html")
    assert (folder / "report.html").read_text() == before


def test_list_shows_cases_with_level_and_requirements_and_runs_nothing(check: Check, tmp_path: Path) -> None:
    outcome = check("--list", "--only", "imap", "-k", "lists_once")
    assert outcome.status == 0, outcome.err
    assert outcome.out == "must   imap/test_few.py::test_lists_once  RFC9051:6.1.1-1\n"
    assert not (tmp_path / "report").exists()
    assert check("--list", "-k", "no_case_is_called_that").status == 5


@pytest.mark.parametrize("workers", [1, 2])
def test_check_starts_the_reference_server_by_itself(check: Check, workers: int) -> None:
    outcome = check("-k", "lists_once or helo", "-n", workers)
    assert outcome.status == 0, outcome.err
    assert outcome.results["summary"]["pass"] == 2
    assert outcome.results["target"] == "reference"


def test_a_users_own_pytest_configuration_disturbs_nothing(check: Check, profile: Path, tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option\n")
    (tmp_path / "conftest.py").write_text("raise RuntimeError('not yours')\n")
    outcome = check("--target", profile, "-k", "lists_once")
    assert outcome.status == 0, outcome.err
