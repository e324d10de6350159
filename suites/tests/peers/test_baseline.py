"""The lists of the peers' known deviations name requirements and cases that exist, each with its sentence and wire."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest

from mailproof_suites.requirements import catalogue
from mailproof_suites.targets import ConfigError, load_baseline
from mailproof_suites.targets.baseline import read_baseline

FOLDER = Path(str(files("mailproof_suites") / "targets"))
LISTS = sorted(FOLDER.glob("*.deviations.toml"))
each = pytest.mark.parametrize("path", LISTS, ids=[path.name.partition(".")[0] for path in LISTS])


@cache
def cases() -> frozenset[str]:
    """Ids of all cases."""
    command = [sys.executable, "-m", "mailproof_suites.cli", "check", "--list"]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
    return frozenset(line[7:].rpartition("  ")[0] for line in done.stdout.splitlines())


@each
def test_every_requirement_and_every_case_of_the_list_exists(path: Path) -> None:
    listed = load_baseline(path)
    assert {entry.requirement for entry in listed if entry.requirement} - set(catalogue()) == set()
    assert {entry.case for entry in listed if entry.case} - cases() == set()


@each
def test_every_finding_tells_its_server_its_sentence_and_what_was_on_the_wire(path: Path) -> None:
    listed = read_baseline(path)
    assert listed.about.title
    assert listed.about.setup
    for finding in listed.deviation:
        assert finding.server, finding.reason
        assert re.match(r"(RFC \d+|[A-Z]+-\d+)\b", finding.sentence), finding.reason
        assert finding.wire.strip(), finding.reason


@each
def test_no_reason_begins_like_another_one(path: Path) -> None:
    """Cases are counted by the reason that stands in their message."""
    told = [finding.told for finding in read_baseline(path).deviation]
    assert not [(a, b) for a in told for b in told if a is not b and a.startswith(b)]


def test_one_finding_explains_requirements_and_cases(tmp_path: Path) -> None:
    path = tmp_path / "known.toml"
    path.write_text(
        '[[deviation]]\nserver = "S"\nreason = "r"\nrequirements = ["A-1", "A-2"]\ncases = ["c.py::test"]\n'
    )
    told = [(entry.requirement, entry.case, entry.reason) for entry in load_baseline(path)]
    assert told == [("A-1", "", "S: r"), ("A-2", "", "S: r"), ("", "c.py::test", "S: r")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('reason = "r"', "give a requirement or a case"),
        ('reason = " "\nrequirement = "A-1"', "reason is empty"),
        ('reason = "r"\nrequirement = "A-1"\nrequirements = ["A-1"]', "stands there already"),
        ('reason = "r"\nrequirement = "A-1"\nwhy = "x"', "unknown key 'why'"),
    ],
)
def test_a_mistake_in_a_list_is_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "known.toml"
    path.write_text(f"[[deviation]]\n{text}\n")
    with pytest.raises(ConfigError, match=re.escape(message)):
        load_baseline(path)
