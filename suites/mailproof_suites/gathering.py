"""All results of a run in one place: requirement rows, the exit status, the reports (contract, "Results of a run").

Lives in the process that owns the run: with `-n` that is the controller, to which every worker's results travel
inside pytest's reports.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Protocol

from mailproof_suites.judging import mark_stale
from mailproof_suites.requirements import FEATURES, Requirement, catalogue
from mailproof_suites.targets import Deviation
from mailproof_suites.verdicts import CaseResult, Level, RequirementRow, RowState, Run, Verdict

EXIT_HELD = 0
EXIT_VIOLATED = 1
EXIT_USAGE = 2
EXIT_HARNESS = 3
EXIT_NOTHING = 5

_BY_WEIGHT = (RowState.FAIL, RowState.ERROR, RowState.KNOWN, RowState.PASS, RowState.SKIP)


class Listener(Protocol):
    """Watches a run while it goes on (the live progress)."""

    def expect(self, total: int) -> None:
        """So many cases will run."""

    def case_started(self, case_id: str) -> None:
        """A case begins; with several workers, several are running."""

    def case_done(self, case: CaseResult) -> None:
        """A case is over."""


class Gatherer:
    """Collects case results and makes a `Run` of them."""

    def __init__(self, level: Level) -> None:
        self.level = level
        self.cases: list[CaseResult] = []
        self.left_out: dict[str, list[str]] = {}
        """Case id -> requirements, of the cases that a selection (`-k`, `--only`, `--req`) left out."""
        self.whole_suite = True
        """False when pytest was pointed at a part of the suites, so that cases may exist that nobody collected."""
        self.own_cases_only = False
        """True with `--cases`: what the package's cases would find is not known."""
        self.broken = False
        """True when something of ours failed outside of any case."""
        self.interrupted = False
        self.stopped = False
        """True when the run ended early on purpose (`-x`)."""
        self.unreachable = ""
        self.listeners: list[Listener] = []

    def add(self, case: CaseResult) -> None:
        """Take one result."""
        self.cases.append(case)
        for listener in self.listeners:
            listener.case_done(case)

    def start(self, case_id: str) -> None:
        """Tell the listeners that a case begins."""
        for listener in self.listeners:
            listener.case_started(case_id)

    def plan(self, cases: int) -> None:
        """Tell the listeners how many cases are to come."""
        for listener in self.listeners:
            listener.expect(cases)

    def conclude(
        self,
        target: str,
        deviations: Iterable[Deviation],
        *,
        started: str,
        seconds: float,
        environment: dict[str, str],
    ) -> Run:
        """The finished run: stale deviations marked, rows judged, exit status set."""
        deviations = list(deviations)
        cut_short = self.interrupted or self.stopped or self.unreachable or self.broken
        if self.whole_suite and not cut_short:
            mark_stale(self.cases, deviations, self._unseen())
        self.cases.sort(key=lambda case: case.id)
        run = Run(
            target=target,
            started=started,
            seconds=round(seconds, 3),
            cases=self.cases,
            requirements=self._rows(catalogue(), {deviation.requirement for deviation in deviations}),
            environment=environment,
            level=self.level,
            interrupted=self.interrupted,
            unreachable=self.unreachable,
        )
        run.exit_status = self.exit_status()
        return run

    def exit_status(self) -> int:
        """The contract's exit status for what was gathered.

        An interrupted run is 2 (as in pytest), because nothing can be said about the rest. An unreachable target
        comes before violations, since most of the run then says nothing; violations come before errors of ours.
        """
        if self.unreachable or self.broken:
            return EXIT_HARNESS
        if self.interrupted:
            return EXIT_USAGE
        verdicts = Counter(case.verdict for case in self.cases)
        if any(case.verdict is Verdict.FAIL and case.level.weight >= self.level.weight for case in self.cases):
            return EXIT_VIOLATED
        if verdicts[Verdict.ERROR]:
            return EXIT_HARNESS
        if not verdicts.keys() - {Verdict.SKIP}:
            return EXIT_NOTHING
        return EXIT_HELD

    def _unseen(self) -> dict[str, int]:
        unseen: Counter[str] = Counter()
        for case_id, requirements in self.left_out.items():
            unseen.update([case_id, *requirements])
        return unseen

    def _rows(self, requirements: dict[str, Requirement], excused: set[str]) -> list[RequirementRow]:
        by_id: dict[str, list[CaseResult]] = defaultdict(list)
        violating: dict[str, list[CaseResult]] = defaultdict(list)
        checks: Counter[str] = Counter()
        for case in self.cases:
            for name in case.requirements:
                by_id[name].append(case)
            for name in case.violated:
                violating[name].append(case)
            checks.update(case.monitored)
        unseen = self._unseen()
        rows = [
            self._row(row, by_id[name], violating[name], checks[name], unseen.get(name, 0))
            for name, row in requirements.items()
        ]
        for row in rows:
            if row.id in excused and row.state is RowState.MONITOR:
                # Not seeing it is no proof that it is gone: a monitor judges only what happened to be exchanged.
                row.detail += "; listed as a known deviation, not seen in this run"
        return sorted(rows, key=lambda row: row.source == FEATURES)

    def _row(
        self, requirement: Requirement, cases: list[CaseResult], violating: list[CaseResult], checks: int, unseen: int
    ) -> RequirementRow:
        name = requirement.id
        row = RequirementRow(
            id=name,
            source=requirement.source,
            section=requirement.section,
            level=requirement.level,
            text=requirement.text,
            state=RowState.NO_CASE,
            cases=[case.id for case in cases],
            checks=checks,
        )
        states: dict[RowState, str] = {}
        for case in [*cases, *(case for case in violating if name not in case.requirements)]:
            states.setdefault(_state(case, name), case.message)
        if state := next((s for s in _BY_WEIGHT if s in states), None):
            row.state, row.detail = state, states[state]
            if state is RowState.SKIP and checks:
                row.state, row.detail = RowState.MONITOR, f"monitor: {checks} exchanges checked"
        elif checks:
            row.state, row.detail = RowState.MONITOR, f"monitor: {checks} exchanges checked"
        elif requirement.verify == "untestable":
            row.state, row.detail = RowState.UNTESTABLE, requirement.reason
        elif RowState.NOT_RUN in states:
            row.state, row.detail = RowState.NOT_RUN, "its case stopped at another requirement"
        elif unseen:
            row.state, row.detail = RowState.NOT_RUN, f"{unseen} cases left out by the selection"
        elif requirement.verify == "monitor" and self.cases:
            row.state, row.detail = RowState.NOT_RUN, "the monitor saw no exchange that could show it"
        elif requirement.verify == "monitor" or not self.whole_suite or self.own_cases_only:
            row.state, row.detail = RowState.NOT_RUN, ""
        return row


def _state(case: CaseResult, requirement: str) -> RowState:
    """What one case says about one of the requirements it names."""
    if case.verdict in (Verdict.FAIL, Verdict.KNOWN) and requirement not in case.violated:
        # The case ended at the requirement that broke; about the others it proved nothing.
        return RowState.NOT_RUN
    return RowState(case.verdict.value)
