"""What a run found, in sentences: shared by the terminal, the HTML report and the CI summary, so that they agree."""

from __future__ import annotations

from collections import Counter

import msgspec

from mailproof_suites.reporting.references import blamed, natural
from mailproof_suites.reporting.text import one_line
from mailproof_suites.verdicts import CaseResult, Level, RowState, Run, Verdict

_TESTED = frozenset({RowState.PASS, RowState.FAIL, RowState.ERROR, RowState.KNOWN, RowState.MONITOR})
_UNVERIFIED = (RowState.SKIP, RowState.NOT_RUN, RowState.NO_CASE, RowState.UNTESTABLE)
NO_REQUIREMENT = "no requirement"
"""Stands for the id in a finding of a case that names none."""


class Finding(msgspec.Struct, kw_only=True, frozen=True):
    """One violated requirement, told by the first case that saw it."""

    requirement: str
    level: Level
    text: str
    """The requirement in words; empty when the run has no row for it."""
    case: CaseResult
    more: int
    """Number of further cases that fail for the same requirement."""


def findings(run: Run) -> list[Finding]:
    """Every violated requirement once: MUST before SHOULD before MAY, then in the order of the specification."""
    rows = {row.id: row for row in run.requirements}
    failed: dict[str, list[CaseResult]] = {}
    for case in run.cases:
        if case.verdict is Verdict.FAIL:
            for name in blamed(case) or [NO_REQUIREMENT]:
                failed.setdefault(name, []).append(case)
    found = [
        Finding(
            requirement=name,
            level=rows[name].level if name in rows else max((case.level for case in cases), key=lambda x: x.weight),
            text=rows[name].text if name in rows else "",
            case=cases[0],
            more=len(cases) - 1,
        )
        for name, cases in failed.items()
    ]
    return sorted(found, key=lambda finding: (-finding.level.weight, natural(finding.requirement)))


def explain(case: CaseResult, limit: int = 0) -> str:
    """Why a case is no plain pass, on one line: `what was looked at: expected …, got …`, or its message alone."""
    message = known_reason(case.message) if case.verdict is Verdict.KNOWN else one_line(case.message, limit)
    if not (case.expected or case.actual):
        return message or "no reason given"
    each = limit // 2
    what = f"{message}: " if message else ""
    return f"{what}expected {one_line(case.expected, each)}, got {one_line(case.actual, each)}"


def known_reason(message: str) -> str:
    """The reason of a known deviation out of a case's message, which reads `known: reason; what was looked at`."""
    line = one_line(message)
    if not line.startswith("known: "):
        return line or "no reason given"
    return line.removeprefix("known: ").rpartition("; ")[0] or line.removeprefix("known: ")


def finding_line(finding: Finding, limit: int = 0) -> str:
    """`RFC9051:6.4.8-3 MUST text — expected …, got … (case id)`; `limit` bounds the text and the reason, 0 = whole."""
    parts = [one_line(finding.requirement), finding.level.upper()]
    if finding.text:
        parts.append(one_line(finding.text, limit // 2))
    cases = one_line(finding.case.id)
    if finding.more:
        cases += f" and {finding.more} more"
    return f"{' '.join(parts)} — {explain(finding.case, limit)} ({cases})"


def reasons(run: Run, verdict: Verdict) -> list[tuple[str, int]]:
    """(reason, number of cases) for a verdict, most frequent first."""
    told = known_reason if verdict is Verdict.KNOWN else one_line
    counts = Counter(told(case.message) or "no reason given" for case in run.cases if case.verdict is verdict)
    return sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))


def row_counts(run: Run) -> dict[RowState, int]:
    """Number of requirements per state, every state present."""
    counts = Counter(row.state for row in run.requirements)
    return {state: counts.get(state, 0) for state in RowState}


def count_of(number: int, noun: str) -> str:
    """`1 requirement`, `2 requirements`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def verdict_sentence(run: Run) -> str:
    """The whole run in one sentence."""
    name = one_line(run.target)
    counts = Counter(case.verdict for case in run.cases)
    if run.unreachable:
        return f"{name} could not be reached, so nothing was judged: {one_line(run.unreachable)}."
    decided = len(run.cases) - counts[Verdict.SKIP]
    if not decided:
        return f"Nothing was tested: {count_of(counts[Verdict.SKIP], 'case')} left out, each with its reason."
    clauses = [_main_clause(run, name, counts)]
    if counts[Verdict.KNOWN]:
        clauses.append(f"{count_of(counts[Verdict.KNOWN], 'case')} met a known deviation")
    if counts[Verdict.ERROR]:
        clauses.append(f"in {count_of(counts[Verdict.ERROR], 'case')} the harness itself failed and found nothing out")
    sentence = "; ".join(clauses) + "."
    return f"Interrupted, so this is a part of the truth: {sentence}" if run.interrupted else sentence


def _main_clause(run: Run, name: str, counts: Counter[Verdict]) -> str:
    violated = findings(run)
    grave = [finding for finding in violated if finding.level.weight >= run.level.weight]
    light = len(violated) - len(grave)
    tested = sum(row.state in _TESTED for row in run.requirements)
    of_tested = f" of the {tested:,} that were tested" if tested else ""
    if grave:
        words = {level: sum(finding.level is level for finding in violated) for level in Level}
        levels = ", ".join(f"{count} {level.upper()}" for level, count in words.items() if count)
        return f"{name} violates {count_of(len(violated), 'requirement')}{of_tested} ({levels})"
    if not counts[Verdict.PASS]:
        return f"{name} was not seen to hold any requirement"
    if light:
        weaker = count_of(light, "weaker requirement")
        return f"{name} holds every {_at_least(run.level)} that was tested and departs from {weaker}"
    total = f"all {count_of(tested, 'requirement')}" if tested else f"all {count_of(counts[Verdict.PASS], 'case')}"
    return f"{name} holds {total} that could be tested" if not counts[Verdict.KNOWN] else f"{name} violates nothing new"


def _at_least(level: Level) -> str:
    return {"must": "MUST", "should": "MUST and SHOULD", "may": "requirement"}[level.value]


def unverified_sentence(run: Run) -> str:
    """What the run could not say, counted; empty when it left nothing open."""
    counts = row_counts(run)
    words = {
        RowState.SKIP: "not testable on this target",
        RowState.NOT_RUN: "left out of this run",
        RowState.NO_CASE: "without a case yet",
        RowState.UNTESTABLE: "untestable from outside",
    }
    parts = [f"{counts[state]:,} {words[state]}" for state in _UNVERIFIED if counts[state]]
    total = sum(counts[state] for state in _UNVERIFIED)
    return f"{count_of(total, 'requirement')} not verified: {', '.join(parts)}." if total else ""
