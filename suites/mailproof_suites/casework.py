"""One case from its first fixture to its verdict: what it leaves behind, phase by phase.

pytest runs a case in three phases (setup, call, teardown) and reports each. Here they become one `CaseResult`, which
rides on the report of the teardown: under xdist that is the only way for it to reach the controller.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import pytest

from mailproof_suites import expect
from mailproof_suites.clients.transcript import Transcript
from mailproof_suites.context import Context
from mailproof_suites.judging import PACKAGE, Finding, Judgement, area_of, failing_level, judge_exception
from mailproof_suites.monitors import Collector
from mailproof_suites.reporting import allure_labels
from mailproof_suites.requirements import catalogue, highest_level
from mailproof_suites.verdicts import CaseResult, Verdict

CASE: pytest.StashKey[CaseWork] = pytest.StashKey()
"""Where a pytest item keeps its CaseWork."""
OURS = "mailproof_case"
"""Attribute of a pytest report: it is about a case."""
RESULT = "mailproof_result"
"""Attribute of a pytest report: the CaseResult as JSON."""
UNREACHABLE = "mailproof_unreachable"
"""Attribute of a pytest report: true when the case found nobody to talk to."""
_TRANSCRIPT_CHARACTERS = 200_000


class CaseWork:
    """One case and what happened to it.

    Attributes:
        id: the contract's id, relative to the package of suites.
        requirements: catalogue ids, in the case's own order.
        transcript: the wire log that the fixtures hand to their clients.
        collector: where the monitors put what they saw.
    """

    def __init__(self, item: pytest.Item, requirements: list[str]) -> None:
        self.id = case_id(item)
        self.title = _title(item)
        self.requirements = requirements
        self.area = area_of(self.id)
        self.judgement = Judgement(self.id, requirements)
        self.transcript = Transcript()
        self.collector = Collector()
        self.notebook = expect.Notebook()
        self._path = item.path
        self._started = 0.0
        self._seconds = 0.0
        self._violations_seen = 0

    def label(self, item: pytest.Item) -> None:
        """Give the item's JUnit properties and Allure labels, so that other people's reports name requirements, too."""
        item.user_properties.extend(("requirement", name) for name in self.requirements)
        known = catalogue()
        allure_labels.apply(item, [known[name] for name in self.requirements if name in known], area=self.area)

    def begin(self, context: Context) -> None:
        """The setup starts."""
        self._started = time.time()
        self.notebook = expect.open_notebook()
        self.collector = Collector()
        self.transcript = Transcript()
        for account in context.target.accounts:
            self.transcript.secret(account.password)

    def phase(
        self, report: pytest.TestReport, excinfo: pytest.ExceptionInfo[BaseException] | None, context: Context
    ) -> None:
        """One phase is over: note what it found, and make pytest's report agree with the verdict."""
        setattr(report, OURS, True)
        self._seconds += report.duration
        fresh: list[Finding] = []
        if excinfo is not None:
            if isinstance(excinfo.value, pytest.skip.Exception):
                self.judgement.skipped = str(excinfo.value.msg or "no reason given")
            else:
                fresh.append(judge_exception(excinfo.value, self._path))
        fresh += self._monitor_findings()
        self.judgement.findings += fresh
        if any(finding.unreachable for finding in fresh):
            setattr(report, UNREACHABLE, True)
        if fresh:
            self._show(report, fresh, context)
        if report.when == "teardown":
            setattr(report, RESULT, msgspec.json.encode(self.result(context)).decode())

    def result(self, context: Context) -> CaseResult:
        """The verdict, once every phase is over; passwords are masked in every text."""
        result = CaseResult(
            id=self.id,
            title=self.title,
            requirements=self.requirements,
            area=self.area,
            level=highest_level(self.requirements),
            seconds=round(self._seconds, 4),
            started=self._started,
            transcript=_shorten(self.transcript.render()),
            notes=list(self.notebook.notes),
            steps=self.notebook.steps,
            monitored=dict(self.collector.checks),
            worker=context.worker_name,
        )
        self.judgement.apply(result, context.deviations)
        if result.verdict is Verdict.FAIL:
            result.level = failing_level(result, {name: row.level for name, row in catalogue().items()})
        return masked(result, [account.password for account in context.target.accounts])

    def _monitor_findings(self) -> list[Finding]:
        violations = self.collector.violations[self._violations_seen :]
        self._violations_seen += len(violations)
        return [
            Finding(
                Verdict.FAIL,
                f"monitor: {violation.rule.replace('_', ' ')}",
                violation.expected,
                violation.actual,
                f"{violation.connection}: {violation.line}",
                requirements=tuple(violation.requirements),
            )
            for violation in violations
        ]

    def _show(self, report: pytest.TestReport, fresh: Sequence[Finding], context: Context) -> None:
        """Make pytest's terminal tell a violation in our words, and a known one as an expected failure."""
        if any(finding.verdict is not Verdict.FAIL for finding in fresh):
            return
        deviation = self.judgement.excuse(context.deviations)
        if deviation is not None:
            report.outcome = "skipped"
            report.wasxfail = f"reason: {deviation.reason}"  # how pytest itself marks an xfail
            return
        report.outcome = "failed"
        report.longrepr = "\n\n".join(_told(finding) for finding in fresh)
        report.sections.append(("wire log", _shorten(self.transcript.render(), 6000)))


def case_id(item: pytest.Item) -> str:
    """`imap/rfc9051/test_6_4_8_move.py::test_x[param]`; outside the package, relative to pytest's root."""
    path = item.path
    if PACKAGE in path.parents:
        shown = path.relative_to(PACKAGE)
    elif item.config.rootpath in path.parents:
        shown = path.relative_to(item.config.rootpath)
    else:
        shown = path
    return "::".join([shown.as_posix(), *item.nodeid.split("::")[1:]])


def masked(result: CaseResult, secrets: Iterable[str]) -> CaseResult:
    """The result with every secret replaced by asterisks; the transcript masks itself, with more care."""
    words = [word for word in secrets if word]

    def hide(value: Any) -> Any:
        if isinstance(value, str):
            for word in words:
                value = value.replace(word, "*" * 8)
            return value
        return [hide(entry) for entry in value]

    for name in ("message", "expected", "actual", "detail", "notes"):
        setattr(result, name, hide(getattr(result, name)))
    for step in result.steps:
        step.message = hide(step.message)
    return result


def _told(finding: Finding) -> str:
    lines = [finding.message, f"  expected: {finding.expected}", f"  actual:   {finding.actual}"]
    if finding.requirements:
        lines.append(f"  breaks:   {', '.join(finding.requirements)}")
    return "\n".join([*lines, *([f"  at {finding.detail}"] if finding.detail else [])])


def _title(item: pytest.Item) -> str:
    """First line of the docstring, else the test's name read as a sentence."""
    function = getattr(item, "function", None)
    docstring = (getattr(function, "__doc__", None) or "").strip()
    if docstring:
        return docstring.partition("\n")[0].strip()
    return getattr(item, "originalname", item.name).removeprefix("test_").replace("_", " ")


def _shorten(text: str, limit: int = _TRANSCRIPT_CHARACTERS) -> str:
    if len(text) <= limit:
        return text
    half = limit // 2
    return f"{text[:half]}\n… {len(text) - limit} characters left out …\n{text[-half:]}"
