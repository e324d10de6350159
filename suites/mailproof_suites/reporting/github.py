"""A table on the page of a GitHub Actions job, and annotations beside its log.

GitHub shows what a step appends to the file named by GITHUB_STEP_SUMMARY as Markdown (at most 1 MiB), and turns lines
`::error title=…::…` on standard output into annotations. Wire data reaches neither as markup or command.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from mailproof_suites.reporting.references import address
from mailproof_suites.reporting.summary import (
    Finding,
    count_of,
    explain,
    finding_line,
    findings,
    reasons,
    unverified_sentence,
    verdict_sentence,
)
from mailproof_suites.reporting.text import markdown, one_line
from mailproof_suites.verdicts import Run, Verdict

FINDING_LIMIT = 100
REASON_LIMIT = 20
ANNOTATION_LIMIT = 10
"""GitHub shows 10 error annotations per step and drops the rest."""


def write_step_summary(run: Run, environ: Mapping[str, str]) -> Path | None:
    """Append the table to the file that GITHUB_STEP_SUMMARY names; returns it, or None outside GitHub Actions."""
    name = environ.get("GITHUB_STEP_SUMMARY")
    if not name:
        return None
    path = Path(name)
    with path.open("a", encoding="utf-8") as file:
        file.write(summary_markdown(run))
    return path


def summary_markdown(run: Run) -> str:
    """The run as GitHub-flavoured Markdown: verdict, counts by area, violations, reasons of skips."""
    return "\n".join(_lines(run)) + "\n"


def _lines(run: Run) -> Iterator[str]:
    yield f"## mailproof: {markdown(run.target)}"
    yield ""
    yield markdown(verdict_sentence(run))
    if sentence := unverified_sentence(run):
        yield ""
        yield markdown(sentence)
    yield ""
    yield f"| area | {' | '.join(verdict.value for verdict in Verdict)} |"
    yield f"|---|{'---:|' * len(Verdict)}"
    for area in dict.fromkeys(case.area for case in run.cases):
        counts = Counter(case.verdict for case in run.cases if case.area == area)
        yield f"| {markdown(area)} | {' | '.join(str(counts[verdict]) for verdict in Verdict)} |"
    total = run.summary()
    yield f"| **all** | {' | '.join(f'**{total[verdict.value]}**' for verdict in Verdict)} |"
    yield ""
    yield from _finding_lines(findings(run))
    for verdict, heading in ((Verdict.KNOWN, "Known deviations"), (Verdict.SKIP, "Not testable")):
        yield from _reason_lines(heading, reasons(run, verdict))


def _finding_lines(found: list[Finding]) -> Iterator[str]:
    if not found:
        return
    yield "| violated | level | what | case |"
    yield "|---|---|---|---|"
    for finding in found[:FINDING_LIMIT]:
        url = address(finding.requirement)
        name = f"[{markdown(finding.requirement)}]({url})" if url else markdown(finding.requirement)
        more = f" and {finding.more} more" if finding.more else ""
        what = f"{markdown(one_line(finding.text, 200))} — {markdown(explain(finding.case, 300))}"
        yield f"| {name} | {finding.level.upper()} | {what} | {markdown(finding.case.id)}{more} |"
    if len(found) > FINDING_LIMIT:
        yield f"| … | | {len(found) - FINDING_LIMIT} more in report.html | |"
    yield ""


def _reason_lines(heading: str, counted: list[tuple[str, int]]) -> Iterator[str]:
    if not counted:
        return
    yield f"<details><summary>{heading}: {count_of(sum(count for _, count in counted), 'case')}</summary>"
    yield ""
    for reason, count in counted[:REASON_LIMIT]:
        yield f"- {count} × {markdown(one_line(reason, 300))}"
    if len(counted) > REASON_LIMIT:
        yield f"- … and {count_of(len(counted) - REASON_LIMIT, 'other reason')}"
    yield ""
    yield "</details>"
    yield ""


def error_annotations(run: Run) -> list[str]:
    """Workflow commands (`::error …`) for the first violations, to be printed one per line."""
    return [
        f"::error title={_property(finding.requirement)}::{_data(finding_line(finding, 400))}"
        for finding in findings(run)[:ANNOTATION_LIMIT]
    ]


def _data(text: str) -> str:
    """A workflow command ends at the line's end; these are the escapes that the runner undoes."""
    return one_line(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
