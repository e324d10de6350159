"""From what happened in a case to its verdict (ARCHITECTURE §4, "A case", 7–8).

Families of exceptions, and whose fault each one is:

    Violation, GrammarViolation, UnexpectedReply     the target broke a requirement              -> fail
    ConnectionClosed, TimedOut                       it left a conversation in the middle        -> fail
    Unreachable, TlsRefused                          there is nobody to talk to: environment     -> error, exit 3
    everything else                                  ours                                        -> error

A known deviation turns `fail` into `known`. Whether a deviation is stale can only be said when every case that names
it has run, so that is decided over the whole run, in `mark_stale`.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from mailproof_suites.clients.errors import (
    ClientError,
    ConnectionClosed,
    GrammarViolation,
    TimedOut,
    TlsRefused,
    UnexpectedReply,
    Unreachable,
)
from mailproof_suites.expect import Violation, show
from mailproof_suites.targets import Deviation
from mailproof_suites.verdicts import CaseResult, Level, Verdict

PACKAGE = Path(__file__).resolve().parent

AREAS = (
    "tls",
    "imap",
    "smtp",
    "autodiscover",
    "ews",
    "activesync",
    "rules",
    "auto_reply",
    "delegation",
    "sharing",
    "addresses",
    "tokens",
    "scheduling",
    "web",
    "journeys",
)
"""What `--only` takes."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with a case, in the terms of a report."""

    verdict: Verdict
    message: str
    expected: str = ""
    actual: str = ""
    detail: str = ""
    requirements: tuple[str, ...] = ()
    """Catalogue ids that broke; empty: all that the case names."""
    unreachable: bool = False


@dataclass(slots=True)
class Judgement:
    """The findings of one case while it runs, in their order."""

    case_id: str
    requirements: list[str]
    findings: list[Finding] = field(default_factory=list)
    skipped: str = ""

    def violated(self) -> list[str]:
        """Catalogue ids that broke: those that the findings name, or all of the case's own."""
        ids: dict[str, None] = {}
        for finding in self.findings:
            if finding.verdict is Verdict.FAIL:
                ids.update(dict.fromkeys(finding.requirements or self.requirements))
        return list(ids)

    def excuse(self, deviations: Iterable[Deviation]) -> Deviation | None:
        """The deviation that explains every failure of this case; None when one of them is unexplained."""
        listed = {deviation.subject: deviation for deviation in deviations}
        if self.case_id in listed:
            return listed[self.case_id]
        found: Deviation | None = None
        for finding in self.findings:
            if finding.verdict is not Verdict.FAIL:
                continue
            named = finding.requirements or tuple(self.requirements)
            known = [listed[i] for i in named if i in listed]
            # A finding that names what broke is excused only when all of that is listed; one that names
            # nothing stands for the whole case, and one listed id of the case is enough.
            if not known or (finding.requirements and len(known) < len(named)):
                return None
            found = found or known[0]
        return found

    def apply(self, result: CaseResult, deviations: Iterable[Deviation]) -> None:
        """Write the verdict into `result`."""
        if not self.findings:
            result.verdict, result.message = (Verdict.SKIP, self.skipped) if self.skipped else (Verdict.PASS, "")
            return
        # The first finding decides: a clean-up that fails after a violation does not make the violation ours.
        first = self.findings[0]
        result.verdict, result.message = first.verdict, first.message
        result.expected, result.actual, result.detail = first.expected, first.actual, first.detail
        result.violated = self.violated()
        if first.verdict is Verdict.FAIL and (deviation := self.excuse(deviations)) is not None:
            result.verdict = Verdict.KNOWN
            link = f" ({deviation.link})" if deviation.link else ""
            result.message = f"known: {deviation.reason}{link}; {first.message}"
        for other in self.findings:
            if other is not first:
                result.notes.append(f"also: {other.message}: expected {other.expected}, got {other.actual}")


def judge_exception(problem: BaseException, path: Path) -> Finding:
    """What an exception that left a case or a fixture means.

    Args:
        problem: the exception.
        path: the case's file, whose line is shown as the place of a violation.
    """
    place = _place(problem, path)
    match problem:
        case Violation():
            ids = (problem.requirement,) if problem.requirement else ()
            return Finding(Verdict.FAIL, problem.message, problem.expected, problem.actual, place, ids)
        case GrammarViolation():
            what = f"grammar of the answer ({problem.production})"
            return Finding(Verdict.FAIL, what, problem.expected, problem.actual, place)
        case UnexpectedReply():
            return Finding(Verdict.FAIL, "the answer", problem.expected, show(problem.actual), place)
        case ConnectionClosed():
            actual = f"{problem}"
            return Finding(Verdict.FAIL, "the server closed the connection", "an answer", actual, place)
        case TimedOut():
            expected = f"{problem.what} within {problem.timeout_s:g} s"
            return Finding(Verdict.FAIL, "the server did not answer", expected, str(problem), place)
        case Unreachable() | TlsRefused():
            return Finding(Verdict.ERROR, f"target unreachable: {problem}", detail=place, unreachable=True)
        case pytest.fail.Exception():
            return Finding(Verdict.ERROR, _first_line(str(problem)), detail=place)
        case AssertionError():
            hint = "a bare assert in a case is our own check; what the target owes is said with expect.*"
            return Finding(
                Verdict.ERROR, f"AssertionError: {_first_line(str(problem))} ({hint})", detail=_whole(problem)
            )
        case ClientError():
            return Finding(
                Verdict.ERROR, f"{type(problem).__name__}: {_first_line(str(problem))}", detail=_whole(problem)
            )
        case _:
            return Finding(
                Verdict.ERROR, f"{type(problem).__name__}: {_first_line(str(problem))}", detail=_whole(problem)
            )


def area_of(case_id: str) -> str:
    """The contract's area of a case, from its place: `eas/…` is activesync, `workmail/rules/…` is rules.

    A case outside of the suites whose place tells nothing counts among the journeys.
    """
    parts = case_id.partition("::")[0].split("/")
    area = parts[0]
    if area == "workmail":
        chapter = parts[1].removesuffix(".py").removeprefix("test_") if len(parts) > 1 else ""
        return next((known for known in AREAS if chapter.startswith(known)), "journeys")
    area = {"eas": "activesync"}.get(area, area)
    return area if area in AREAS else "journeys"


def mark_stale(cases: Sequence[CaseResult], deviations: Iterable[Deviation], unseen: dict[str, int]) -> None:
    """Fail the cases of every deviation that is listed and does not show any more.

    Args:
        cases: all results of the run, changed in place.
        deviations: of the profile and the baseline.
        unseen: requirement id or case id -> number of its cases that this run left out; such a deviation is not judged.
    """
    for deviation in deviations:
        subject = deviation.subject
        mine = [case for case in cases if subject in (case.id, *case.requirements)]
        touched = any(subject in case.violated for case in cases)
        passed = [case for case in mine if case.verdict is Verdict.PASS]
        unclear = any(case.verdict in (Verdict.ERROR, Verdict.FAIL, Verdict.KNOWN) for case in mine)
        if not passed or touched or unclear or unseen.get(subject):
            continue
        for case in passed:
            case.verdict = Verdict.FAIL
            case.message = f"stale deviation: {subject} is listed as known ({deviation.reason}) and holds now"
            case.expected = f"{subject} to fail, as the list of known deviations says"
            case.actual = "it holds: take it off the list"
            case.violated = [subject] if deviation.requirement else []


def failing_level(case: CaseResult, levels: dict[str, Level]) -> Level:
    """The level at which a failed case counts: the strongest of what it violated, else its own.

    Args:
        case: a failed case.
        levels: catalogue id -> level.
    """
    broken = [levels[i] for i in case.violated if i in levels]
    return max(broken, key=lambda level: level.weight, default=case.level)


def _place(problem: BaseException, path: Path) -> str:
    """`file:line: code` of the last frame in the case's own file."""
    frames = [f for f in traceback.extract_tb(problem.__traceback__) if Path(f.filename) == path]
    frames = frames or [f for f in traceback.extract_tb(problem.__traceback__) if PACKAGE in Path(f.filename).parents]
    if not frames:
        return ""
    name = Path(frames[-1].filename)
    shown = name.relative_to(PACKAGE) if PACKAGE in name.parents else name
    return f"{shown}:{frames[-1].lineno}: {frames[-1].line}"


def _whole(problem: BaseException) -> str:
    return "".join(traceback.format_exception(problem)).rstrip()


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0]
