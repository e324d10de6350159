"""`mailproof prove`: every check has been seen to fail on a server that is broken on purpose.

For each seeded defect of the reference server, the cases that name the requirements it breaks are run against a server
with that one defect. It is *caught* when at least one of these requirements is found violated, by a case or by a
monitor; *by accident* when only others are; else it has *escaped*. Before, the same cases run against the server
without defects, where nothing may be red. `everything` runs every case for each defect: that shows what else goes red,
and takes hours.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from mailproof_suites.control.reference import COMMAND, ReferenceServer, ReferenceServerError
from mailproof_suites.reporting import RunUnreadableError, load_run
from mailproof_suites.requirements import PACKAGE, catalogue
from mailproof_suites.verdicts import RowState, Run, Verdict

OF_LOAD = "load_"
"""So begin the names of defects that show under load alone: `python -m mailproof_loadtests.prove` is for them."""
RUN_S = 900.0
"""Longest time that the cases of one defect may take."""
_SAID_CHARACTERS = 500
"""How much is told of the end of what a run without results has said."""


class ProvingError(Exception):
    """The server could not tell its defects, or a run left no results."""


class Outcome(StrEnum):
    CAUGHT = "caught"
    ACCIDENT = "by accident"
    ESCAPED = "escaped"
    BROKEN = "no verdict"
    """The server did not start, or the harness itself failed."""


@dataclass(frozen=True, slots=True)
class SeededDefect:
    """What the server says of a defect."""

    name: str
    requirements: tuple[str, ...]
    summary: str


@dataclass(frozen=True, slots=True)
class Proof:
    """What became of one defect."""

    defect: SeededDefect
    outcome: Outcome
    violated: tuple[str, ...] = ()
    """Requirements of the defect that were found violated."""
    cases: tuple[str, ...] = ()
    """Red cases."""
    detail: str = ""

    def lines(self) -> list[str]:
        """For the terminal: the outcome, then each red case."""
        named = " ".join(self.defect.requirements)
        what = {
            Outcome.CAUGHT: f"violates {' '.join(self.violated)}",
            Outcome.ACCIDENT: f"red, but not for {named}",
            Outcome.ESCAPED: f"nothing red for {named} ({self.defect.summary})",
            Outcome.BROKEN: self.detail,
        }[self.outcome]
        return [f"{self.outcome:<11} {self.defect.name:<36} {what}", *(f"    {case}" for case in self.cases)]


def seeded_defects(names: Sequence[str] = (), *, of_load: bool = False) -> list[SeededDefect]:
    """The defects of the reference server that the cases catch, or those that load tests do, or just those named.

    Raises ProvingError for an unknown name.
    """
    done = subprocess.run([*COMMAND, "--defect", "list"], capture_output=True, text=True, check=False)
    if done.returncode:
        raise ProvingError(f"the reference server does not tell its defects: {done.stderr.strip()}")
    found = []
    for line in done.stdout.splitlines():
        name, requirements, summary = line.split("\t", 2)
        found.append(SeededDefect(name, tuple(requirements.split()), summary))
    lost = {each for defect in found for each in defect.requirements} - set(catalogue())
    if lost:
        raise ProvingError(f"no such requirement, though a defect breaks it: {', '.join(sorted(lost))}")
    unknown = set(names) - {defect.name for defect in found}
    if unknown:
        raise ProvingError(f"no seeded defect is called {', '.join(sorted(unknown))}")
    if names:
        return [defect for defect in found if defect.name in names]
    return [defect for defect in found if defect.name.startswith(OF_LOAD) is of_load]


def sound(defects: Iterable[SeededDefect], folder: Path, workers: int, *, everything: bool = False) -> list[str]:
    """The red cases of a server without defects; there must be none. Raises ProvingError."""
    requirements = tuple(dict.fromkeys(each for defect in defects for each in defect.requirements))
    run = _run((), () if everything else requirements, folder, workers)
    return [case.id for case in run.cases if case.verdict in (Verdict.FAIL, Verdict.ERROR)]


def prove(defects: Sequence[SeededDefect], workers: int, *, everything: bool = False) -> Iterator[Proof]:
    """Prove each defect, `workers` at a time, in their order."""
    with tempfile.TemporaryDirectory(prefix="mailproof-prove-") as scratch, ThreadPoolExecutor(workers) as pool:
        yield from pool.map(lambda defect: _prove(defect, Path(scratch) / defect.name, everything=everything), defects)


def _prove(defect: SeededDefect, folder: Path, *, everything: bool) -> Proof:
    folder.mkdir(parents=True)
    try:
        run = _run(("--defect", defect.name), () if everything else defect.requirements, folder, only=_area(defect))
    except ProvingError as problem:
        return Proof(defect, Outcome.BROKEN, detail=str(problem))
    red = tuple(case.id for case in run.cases if case.verdict is Verdict.FAIL)
    violated = tuple(row.id for row in run.requirements if row.id in defect.requirements and row.state is RowState.FAIL)
    if violated:
        return Proof(defect, Outcome.CAUGHT, violated, red)
    if red:
        return Proof(defect, Outcome.ACCIDENT, (), red)
    errors = [case.id for case in run.cases if case.verdict is Verdict.ERROR]
    if errors:
        return Proof(defect, Outcome.BROKEN, detail=f"errors of the harness: {' '.join(errors[:3])}")
    return Proof(defect, Outcome.ESCAPED)


def _files_naming(requirements: Sequence[str]) -> list[Path]:
    """The files of cases that name these requirements: to collect all of the suites takes longer than most runs."""
    named = {f'"{each}"' for each in requirements}
    return [file for file, text in _texts().items() if any(each in text for each in named)]


@cache
def _texts() -> dict[Path, str]:
    """Every file of cases with its text."""
    return {file: file.read_text(encoding="utf-8") for file in sorted(PACKAGE.rglob("test_*.py"))}


def _area(defect: SeededDefect) -> str:
    """What a run is limited to: on a server whose TLS is broken nothing but the cases of TLS can be run at all."""
    return "tls" if defect.name.startswith("tls_") else ""


def _run(
    options: tuple[str, ...], requirements: Sequence[str], folder: Path, workers: int = 1, *, only: str = ""
) -> Run:
    """Run the cases of these requirements (none: every case) against a reference server with these options."""
    report = folder / "report"
    command = [sys.executable, "-m", "mailproof_suites.cli", "check", "-n", str(workers), "--report", str(report)]
    for requirement in requirements:
        command += ["--req", requirement]
    for file in _files_naming(requirements):
        command += ["--file", str(file)]
    if only:
        command += ["--only", only]
    said = ""
    try:
        with ReferenceServer(folder, options) as profile:
            done = subprocess.run(
                [*command, "--target", str(profile)],
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
                timeout=RUN_S if requirements else None,
            )
            said = done.stdout.strip()
        run = load_run(report)
    except ReferenceServerError as problem:
        raise ProvingError(str(problem)) from problem
    except RunUnreadableError as problem:
        raise ProvingError(f"the run left no results; it said: {said[-_SAID_CHARACTERS:]}") from problem
    except subprocess.TimeoutExpired as problem:
        raise ProvingError(f"the cases took more than {RUN_S:g} s") from problem
    if not run.cases:
        raise ProvingError(f"no case was run; the run said: {said[-_SAID_CHARACTERS:]}")
    return run
