"""What one process of a load run found: wrong answers as they happen, and how often each rule was checked.

Findings are appended to a file at once, so that a run that is interrupted or killed keeps them.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import msgspec

KEPT_PER_RULE = 5
"""Findings of one rule that are kept with their wire log; the others are counted."""


class Finding(msgspec.Struct, frozen=True):
    """One wrong answer."""

    rule: str
    expected: str
    actual: str
    requirements: tuple[str, ...] = ()
    account: str = ""
    at: float = 0.0
    """Unix time, seconds."""
    wire_log: str = ""


class Tally(msgspec.Struct):
    """Of one process, or of a whole run."""

    checked: dict[str, int] = {}
    """Rule → how often it was checked."""
    broken: dict[str, int] = {}
    """Rule → how often it was broken."""
    monitored: dict[str, int] = {}
    """Requirement → exchanges on which a monitor checked it."""
    checkpoints: int = 0
    """How often everything promised was compared with what is there."""
    compared: int = 0
    """Messages that these comparisons looked at."""
    left_behind: list[str] = []
    """What could not be removed."""
    errors: list[str] = []
    """Exceptions that are the harness's own fault."""


class Record:
    """The record of this process; `save` may be called at any time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.tally = Tally()
        self._checked: Counter[str] = Counter()
        self._broken: Counter[str] = Counter()
        self._monitored: Counter[str] = Counter()

    def checked(self, rule: str, times: int = 1) -> None:
        """A rule was checked; a broken one counts as checked, too."""
        self._checked[rule] += times

    def monitored(self, checks: Counter[str]) -> None:
        """Add a monitor's counts."""
        self._monitored.update(checks)

    def found(self, finding: Finding) -> bool:
        """Keep a wrong answer; False when enough of its kind are kept already."""
        self._broken[finding.rule] += 1
        if self._broken[finding.rule] > KEPT_PER_RULE:
            return False
        with (self._folder / f"findings-{os.getpid()}.jsonl").open("ab") as file:
            file.write(msgspec.json.encode(finding) + b"\n")
        self.save()
        return True

    @property
    def is_clean(self) -> bool:
        return not self._broken

    def save(self) -> None:
        """Write the counts, whole or not at all."""
        self.tally.checked = dict(self._checked)
        self.tally.broken = dict(self._broken)
        self.tally.monitored = dict(self._monitored)
        path = self._folder / f"checks-{os.getpid()}.json"
        scratch = path.with_suffix(".part")
        scratch.write_bytes(msgspec.json.encode(self.tally))
        scratch.replace(path)


def gather(folder: Path) -> tuple[Tally, list[Finding]]:
    """The sum over all processes of a run, and their findings in order of time."""
    tallies = [msgspec.json.decode(path.read_bytes(), type=Tally) for path in sorted(folder.glob("checks-*.json"))]
    findings = [
        msgspec.json.decode(line, type=Finding)
        for path in sorted(folder.glob("findings-*.jsonl"))
        for line in path.read_bytes().splitlines()
    ]
    return _sum(tallies), sorted(findings, key=lambda finding: finding.at)


def _sum(tallies: Iterable[Tally]) -> Tally:
    checked: Counter[str] = Counter()
    broken: Counter[str] = Counter()
    monitored: Counter[str] = Counter()
    total = Tally()
    for tally in tallies:
        checked.update(tally.checked)
        broken.update(tally.broken)
        monitored.update(tally.monitored)
        total.checkpoints += tally.checkpoints
        total.compared += tally.compared
        total.left_behind += tally.left_behind
        total.errors += tally.errors
    total.checked, total.broken, total.monitored = dict(checked), dict(broken), dict(monitored)
    return total
