"""A run of `mailproof check`: pytest over the suites, with progress instead of pytest's own output, and reports.

pytest runs inside this process and in nothing that a user's own configuration could disturb: no ini file, no foreign
plugins, no PYTEST_ADDOPTS. What it prints goes to `pytest.log` beside the reports.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TextIO

import pytest

from mailproof_suites.casework import CASE
from mailproof_suites.context import known_deviations
from mailproof_suites.gathering import EXIT_HARNESS, EXIT_HELD, EXIT_NOTHING, EXIT_USAGE, Gatherer
from mailproof_suites.judging import AREAS, PACKAGE
from mailproof_suites.owner import Owner
from mailproof_suites.plugin import OWNER
from mailproof_suites.reporting import github
from mailproof_suites.reporting.progress import Progress
from mailproof_suites.requirements import CatalogueError, catalogue, highest_level
from mailproof_suites.targets import ConfigError, load_profile

LOG = "pytest.log"
_PYTEST_USAGE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Arguments:
    """The options of `check`, as the command line gave them."""

    target: Path | None
    cases: Path | None
    only: str | None
    requirements: Sequence[str]
    keyword: str | None
    level: str
    corpus: Path | None
    baseline: Path | None
    workers: int
    report: Path
    force: bool
    files: Sequence[Path] = ()
    """Of the suites, only these are looked at: for many short runs, whose reports nobody reads."""

    def for_pytest(self) -> list[str]:
        """The command line of the pytest run."""
        suites = self.cases.resolve() if self.cases else PACKAGE
        root = suites if self.cases else PACKAGE.parent
        arguments = [
            *(map(str, self.files) if self.files else (str(suites),)),
            *("-p", "xdist.plugin", "-p", "mailproof_suites.plugin", "-p", "no:cacheprovider"),
            *("-c", os.devnull, "--rootdir", str(root), "--confcutdir", str(root), "--import-mode=importlib"),
            *("--strict-markers", "-q", "--level", self.level),
        ]
        named = {
            "--target": self.target and self.target.resolve(),
            "--cases": self.cases and suites,
            "--baseline": self.baseline and self.baseline.resolve(),
            "--corpus": self.corpus and self.corpus.resolve(),
            "--only": self.only,
            "-k": self.keyword,
        }
        for name, value in named.items():
            if value is not None:
                arguments += [name, str(value)]
        for name in self.requirements:
            arguments += ["--req", name]
        return [*arguments, "--force"] if self.force else arguments

    def verify(self) -> None:
        """Read every file that the user named, before anything is started. Raises ConfigError."""
        for area in (self.only or "").split(","):
            if area.strip() and area.strip() not in AREAS:
                raise ConfigError(f"--only {area.strip()}: the areas are {', '.join(AREAS)}")
        try:
            if unknown := [name for name in self.requirements if name not in catalogue()]:
                raise ConfigError(f"--req {unknown[0]}: the catalogue has no such requirement")
            known_deviations(load_profile(self.target).deviations if self.target else [], self.baseline)
        except CatalogueError as problem:
            raise ConfigError(str(problem)) from problem
        for name, folder in (("corpus", self.corpus), ("cases", self.cases)):
            if folder is not None and not folder.is_dir():
                raise ConfigError(f"--{name} {folder}: no such folder")


def check(arguments: Arguments) -> int:
    """Run the suites, show progress, write the reports; the contract's exit status."""
    out = sys.stdout
    folder = arguments.report
    try:
        _clear(folder)
        log = (folder / LOG).open("w", encoding="utf-8", errors="backslashreplace")
    except OSError as problem:
        raise ConfigError(f"--report {folder}: {problem.strerror or problem}") from problem
    command_line = [*arguments.for_pytest(), "--report", str(folder.resolve())]
    if arguments.workers > 1:
        command_line += ["-n", str(arguments.workers)]
    with log:
        # Not before here: rich draws from now on, and a usage error should leave a clean terminal.
        progress = Progress(0, out, is_terminal=out.isatty())
        dressing = Dressing(progress)
        try:
            status = _run_pytest(command_line, [dressing], log)
        except BaseException:
            progress.stop()  # or the terminal's cursor stays hidden
            raise
    return _conclude(dressing, progress, status, folder, out)


def _clear(folder: Path) -> None:
    """Make the folder, without the results of an earlier run: they must not pass for this one's if it ends early."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("results.json", "run.json", "junit.xml", "report.html"):
        (folder / name).unlink(missing_ok=True)
    shutil.rmtree(folder / "allure-results", ignore_errors=True)


def list_cases(arguments: Arguments) -> int:
    """Print every chosen case with its level and requirements; run nothing."""
    listing = Listing()
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        _run_pytest([*arguments.for_pytest(), "--collect-only"], [listing], nowhere)
    if listing.problem:
        raise ConfigError(listing.problem)
    for line in listing.lines:
        print(line)  # noqa: T201 -- the command's output
    return EXIT_HELD if listing.lines else EXIT_NOTHING


class Dressing:
    """A pytest plugin that ties the run's owner to the progress display."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self.owner: Owner | None = None
        self.broken = ""

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """The plugin has made its owner by now, unless this is a worker."""
        owner = config.pluginmanager.get_plugin(OWNER)
        if isinstance(owner, Owner):
            self.owner = owner
            _listen(owner.gatherer, self._progress)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file of ours that cannot be collected."""
        if report.failed and not self.broken:
            self.broken = str(report.longrepr)

    def pytest_internalerror(self, excrepr: object) -> None:
        """pytest or this plugin broke."""
        self.broken = self.broken or str(excrepr)


class Listing:
    """A pytest plugin that takes down the collected cases."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.problem = ""

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Every case that the selection left."""
        for item in session.items:
            work = item.stash[CASE]
            self.lines.append(f"{highest_level(work.requirements).value:6} {work.id}  {' '.join(work.requirements)}")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file that cannot be collected."""
        if report.failed:
            self.problem = str(report.longrepr)


def _listen(gatherer: Gatherer, progress: Progress) -> None:
    gatherer.listeners.append(progress)


def _run_pytest(command_line: list[str], plugins: list[object], log: TextIO) -> int:
    with _undisturbed(), _terminable(), redirect_stdout(log), redirect_stderr(log):
        return int(pytest.main(command_line, plugins=plugins))


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Keep the user's pytest configuration out of the run, in this process and its workers."""
    before = dict(os.environ)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    os.environ.pop("PYTEST_ADDOPTS", None)
    os.environ.pop("PYTEST_PLUGINS", None)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def _terminable() -> Iterator[None]:
    """Take SIGTERM (a CI job that is cancelled) like Ctrl-C: clean up and report."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        del number, frame
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _conclude(dressing: Dressing, progress: Progress, status: int, folder: Path, out: TextIO) -> int:
    """Say how it ended, in words that need no knowledge of pytest."""
    owner = dressing.owner
    run = owner.run if owner and not owner.ended and not dressing.broken else None
    if run is None:
        progress.stop()
    if dressing.broken:
        print(f"mailproof: the harness itself failed (whole text in {folder / LOG}):", file=sys.stderr)  # noqa: T201
        print("\n".join(dressing.broken.strip().splitlines()[-15:]), file=sys.stderr)  # noqa: T201
        return EXIT_HARNESS
    if owner and owner.ended:
        print(f"mailproof: {owner.ended}", file=sys.stderr)  # noqa: T201
    elif run is not None:
        progress.finish(run, folder / "report.html")
        if os.environ.get("GITHUB_ACTIONS") == "true":
            for line in github.error_annotations(run):
                print(line, file=out)
    elif status == EXIT_NOTHING:
        print("mailproof: nothing was tested: no case fits the selection", file=sys.stderr)  # noqa: T201
    elif status != EXIT_HELD:
        said = (folder / LOG).read_text(encoding="utf-8").strip().splitlines()[-5:]
        print("\n".join(["mailproof: pytest ended before the run began:", *said]), file=sys.stderr)  # noqa: T201
    return EXIT_USAGE if status == _PYTEST_USAGE else status
