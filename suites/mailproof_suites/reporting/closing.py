"""The lines that end a run on a terminal or in a log: every violated requirement by name, then what is open and why."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mailproof_suites.reporting.summary import (
    count_of,
    explain,
    finding_line,
    findings,
    reasons,
    unverified_sentence,
    verdict_sentence,
)
from mailproof_suites.reporting.text import one_line
from mailproof_suites.verdicts import Run, Verdict

LINE_LIMIT = 320
"""Characters of one reason; the requirement's id and the case's id always stand whole."""
ERROR_LIMIT = 10
REASON_LIMIT = 8


def closing_lines(run: Run, report: Path | None = None) -> Iterator[tuple[str, Verdict | None]]:
    """(line, verdict that it is about); an empty line separates parts."""
    yield "", None
    found = findings(run)
    for finding in found:
        yield finding_line(finding, LINE_LIMIT), Verdict.FAIL
    errors = [case for case in run.cases if case.verdict is Verdict.ERROR]
    for case in errors[:ERROR_LIMIT]:
        yield f"harness error — {explain(case, LINE_LIMIT)} ({one_line(case.id)})", Verdict.ERROR
    if len(errors) > ERROR_LIMIT:
        yield f"harness error — and {count_of(len(errors) - ERROR_LIMIT, 'more case')}", Verdict.ERROR
    if found or errors:
        yield "", None
    yield from _reason_lines(run, Verdict.KNOWN, "known deviation")
    yield from _reason_lines(run, Verdict.SKIP, "not testable")
    counts = run.summary()
    yield ", ".join(f"{count} {name}" for name, count in counts.items()) + f" in {run.seconds:.1f} s", None
    yield verdict_sentence(run), _tone(counts)
    if sentence := unverified_sentence(run):
        yield sentence, None
    if report is not None:
        yield f"Report: {report}", None


def _reason_lines(run: Run, verdict: Verdict, word: str) -> Iterator[tuple[str, Verdict]]:
    counted = reasons(run, verdict)
    for reason, count in counted[:REASON_LIMIT]:
        yield f"{count:>5} {word}: {one_line(reason, LINE_LIMIT)}", verdict
    if len(counted) > REASON_LIMIT:
        rest = counted[REASON_LIMIT:]
        yield f"{sum(n for _, n in rest):>5} {word}: {count_of(len(rest), 'other reason')}", verdict


def _tone(counts: dict[str, int]) -> Verdict:
    for verdict in (Verdict.FAIL, Verdict.ERROR):
        if counts[verdict.value]:
            return verdict
    return Verdict.PASS if counts[Verdict.PASS.value] else Verdict.SKIP
