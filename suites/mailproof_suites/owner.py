"""The process that owns a run: opens the target, gathers the results, ends with the contract's exit status.

Without `-n` it is also the process that runs the cases; with `-n` it is the controller of xdist.
"""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Generator, Sequence
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import msgspec
import pytest

from mailproof_suites.capabilities import answers
from mailproof_suites.casework import CASE, OURS, RESULT, UNREACHABLE
from mailproof_suites.clients.errors import TlsRefused, Unreachable
from mailproof_suites.context import Context
from mailproof_suites.control.reference import ReferenceServerError
from mailproof_suites.gathering import EXIT_HARNESS, EXIT_USAGE, Gatherer
from mailproof_suites.judging import PACKAGE, area_of
from mailproof_suites.requirements import CatalogueError
from mailproof_suites.targets import ConfigError
from mailproof_suites.verdicts import CaseResult, Level, Run, Verdict


class Owner:
    """A pytest plugin object; one per run, in the owning process only.

    Args:
        config: pytest's.
        begin: makes the run's context (reads the profile or starts the reference server).
        areas: what `--only` chose; empty: all.
        is_case: tells a case from any other test.
    """

    def __init__(
        self,
        config: pytest.Config,
        begin: Callable[[], Context],
        areas: Sequence[str],
        is_case: Callable[[pytest.Item], bool],
    ) -> None:
        self.config = config
        self.gatherer = Gatherer(Level(config.getoption("--level")))
        self.context: Context | None = None
        self.run: Run | None = None
        self.ended = ""
        """Why the run ended before it began, in one line."""
        self._ended_with = 0
        self._begin = begin
        self._areas = areas
        self._is_case = is_case
        self._others_failed = False
        self._started = datetime.now().astimezone()
        self._clock = time.monotonic()

    # -- opening the target --------------------------------------------------------------------------------------------

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Without `-n`: the cases are known, so see that their target is there."""
        cases = sum(1 for item in session.items if self._is_case(item))
        if not cases or self.config.option.collectonly:
            return
        self.gatherer.plan(cases)
        self.open(workers=1)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_setupnodes(self, config: pytest.Config, specs: Sequence[Any]) -> None:
        """With `-n`: before the workers start, since they need to be told where the target is."""
        # Nothing is collected yet here, so what pytest was pointed at has to tell whether there will be cases.
        expected = config.getoption("--target") or config.getoption("--cases")
        if not expected and not any(_holds_cases(path) for path in argument_paths(config)):
            return
        self.open(workers=len(specs))

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell a worker what it needs to know."""
        if self.context is not None:
            node.workerinput["mailproof"] = self.context.to_worker()

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node: Any, ids: Sequence[str]) -> None:
        """A worker knows its cases."""
        del node
        self.gatherer.plan(len(ids))

    def open(self, workers: int) -> Context:
        """Begin the run's context and open its target. Ends the run with a clear line when that cannot be done."""
        try:
            if self.context is None:
                self.context = self._begin()
            self.context.open(self._areas, workers)
        except (ConfigError, CatalogueError) as problem:
            self._end(str(problem), EXIT_USAGE)
        except (Unreachable, TlsRefused) as problem:
            self.gatherer.unreachable = str(problem)
            self._end(f"target unreachable: {problem}", EXIT_HARNESS)
        except ReferenceServerError as problem:
            self._end(str(problem), EXIT_HARNESS)
        assert self.context is not None
        return self.context

    def _end(self, reason: str, status: int) -> None:
        if self.context is not None and self.gatherer.unreachable:
            self.conclude()
        self.close()
        self.ended, self._ended_with = reason, status
        pytest.exit(f"mailproof: {reason}", returncode=status)

    # -- gathering -----------------------------------------------------------------------------------------------------

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file of cases that cannot be collected is a failure of ours, not a usage error."""
        if report.failed and (self.config.getoption("--cases") or _holds_cases(self._path(report.nodeid))):
            self.gatherer.broken = True

    def pytest_internalerror(self) -> None:
        """Something of ours broke, here or in a worker: no verdict can be trusted."""
        self.gatherer.broken = True

    def pytest_deselected(self, items: Sequence[pytest.Item]) -> None:
        """Remember cases that a selection leaves out: they exist, though they do not run."""
        self.gatherer.left_out.update(left_out(items))

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object | None) -> None:
        """The same from a worker."""
        del error
        self.gatherer.left_out.update(getattr(node, "workeroutput", {}).get("mailproof_left_out", {}))

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """A case begins, here or in a worker."""
        self.gatherer.start(self._case_id(nodeid))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take the result of a case from the report of its teardown."""
        if (data := getattr(report, RESULT, None)) is not None:
            self.gatherer.add(msgspec.json.decode(data, type=CaseResult))
        elif report.failed and not hasattr(report, OURS):
            if PACKAGE in self._path(report.nodeid).parents or report.when not in ("setup", "call", "teardown"):
                self.gatherer.add(_crashed(report, self._case_id(report.nodeid)))
            else:
                self._others_failed = True
        if getattr(report, UNREACHABLE, False) and self.context is not None and not self.gatherer.unreachable:
            self._look_again(self.context)

    def _path(self, nodeid: str) -> Path:
        return (self.config.rootpath / nodeid.partition("::")[0]).resolve()

    def _case_id(self, nodeid: str) -> str:
        path = self._path(nodeid)
        shown = path.relative_to(PACKAGE).as_posix() if PACKAGE in path.parents else nodeid.partition("::")[0]
        return "::".join([shown, *nodeid.split("::")[1:]])

    def _look_again(self, context: Context) -> None:
        """A case found nobody: if that is so for good, the rest of the run would say nothing but that."""
        gone = answers(context.target, context.endpoints(self._areas))
        if not gone:
            return
        self.gatherer.unreachable = gone
        reason = f"target unreachable: {gone}"
        manager = self.config.pluginmanager
        session = manager.get_plugin("dsession") or manager.get_plugin("session")
        if session is not None:
            session.shouldstop = reason

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Ctrl-C: what was gathered so far is still reported."""
        by_us = isinstance(excinfo.value, pytest.Session.Interrupted | pytest.Session.Failed | pytest.exit.Exception)
        if not by_us or "keyboard-interrupt" in str(excinfo.value):
            self.gatherer.interrupted = True

    # -- concluding ----------------------------------------------------------------------------------------------------

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Name each violated requirement in one line."""
        run = None if self.ended else self.conclude()
        if run is None:
            return
        counts = ", ".join(f"{count} {name}" for name, count in run.summary().items() if count)
        terminalreporter.section(f"mailproof: {run.target}: {counts or 'nothing was tested'}")
        for row in run.requirements:
            if row.state.value == Verdict.FAIL.value:
                terminalreporter.write_line(f"{row.level.value.upper():6} {row.id}: {row.text} ({row.detail})")

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, None, None]:
        """After everybody else: reports, the server's end, the exit status."""
        yield
        run = None if self.ended else self.conclude()
        self.close()
        if self.ended:
            session.exitstatus = self._ended_with
        elif run is not None:
            session.exitstatus = 1 if self._others_failed and run.exit_status in (0, 5) else run.exit_status
        elif self.gatherer.broken:
            session.exitstatus = EXIT_HARNESS

    def pytest_unconfigure(self) -> None:
        """Whatever happened, leave no process and no folder behind."""
        self.close()

    def conclude(self) -> Run | None:
        """The finished run, made once; None when this pytest run had nothing to do with a target."""
        if self.run is not None or self.context is None:
            return self.run
        session = self.config.pluginmanager.get_plugin("session")
        if session is not None and (session.shouldfail or session.shouldstop):
            self.gatherer.stopped = True
        self.run = self.gatherer.conclude(
            self.context.target.name,
            self.context.deviations,
            started=self._started.isoformat(timespec="seconds"),
            seconds=time.monotonic() - self._clock,
            environment=self._environment(self.context),
        )
        if folder := self.config.getoption("--report"):
            from mailproof_suites import reporting

            reporting.write_all(self.run, Path(self.config.invocation_params.dir, folder))
        return self.run

    def close(self) -> None:
        """Stop the reference server and remove the run's folder."""
        if self.context is not None:
            self.context.close()

    def _environment(self, context: Context) -> dict[str, str]:
        target = context.target
        told = {
            "mailproof": metadata.version("mailproof"),
            "python": platform.python_version(),
            "platform": platform.platform(),
            "profile": "the reference server, started by this run" if context.server else context.profile.name,
            "level": self.gatherer.level.value,
        }
        if target.software:
            told["software"] = target.software
        for name in ("imaps", "smtps", "autodiscover", "ews", "activesync", "web"):
            told[name] = str(target.endpoint(name) or "absent")
        if context.opened:
            told |= context.capabilities.told()
        return told


def argument_paths(config: pytest.Config) -> list[Path]:
    """The files and folders that pytest was pointed at, absolute."""
    here = config.invocation_params.dir
    return [(here / argument.partition("::")[0]).resolve() for argument in config.args]


def left_out(items: Sequence[pytest.Item]) -> dict[str, list[str]]:
    """Case id -> requirement ids of these items, as far as they are cases."""
    works = [item.stash[CASE] for item in items if CASE in item.stash]
    return {work.id: work.requirements for work in works}


def _holds_cases(path: Path) -> bool:
    return path == PACKAGE or PACKAGE in path.parents or path in PACKAGE.parents


def _crashed(report: pytest.TestReport, case_id: str) -> CaseResult:
    """A worker died in the middle of a case."""
    return CaseResult(
        id=case_id,
        area=area_of(case_id),
        verdict=Verdict.ERROR,
        message="the process that ran the case died",
        detail=str(report.longrepr),
    )
