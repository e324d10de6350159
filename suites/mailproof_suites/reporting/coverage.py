"""How much of each specification a run has proven: `python -m mailproof_suites.reporting.coverage RUN`.

A row is proven when a case of it passed or a monitor checked it and found nothing wrong. What is untestable from
outside is counted apart; what has no case yet counts against us.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import click

from mailproof_suites.reporting import RunUnreadableError, load_run
from mailproof_suites.verdicts import Level, RequirementRow, RowState, Run

PROVEN = frozenset({RowState.PASS, RowState.MONITOR})
FEATURES = "FEATURES"
STATES = {
    RowState.PASS: "proven",
    RowState.MONITOR: "proven by a monitor",
    RowState.FAIL: "**violated**",
    RowState.ERROR: "harness error",
    RowState.SKIP: "not testable here",
    RowState.KNOWN: "known deviation",
    RowState.UNTESTABLE: "untestable from outside",
    RowState.NO_CASE: "no case yet",
    RowState.NOT_RUN: "not run",
}


def coverage_lines(run: Run) -> list[str]:
    """One line for each specification, then the sum."""
    by_source: dict[str, list[RequirementRow]] = defaultdict(list)
    for row in run.requirements:
        by_source[row.source].append(row)
    specifications = {source: rows for source, rows in by_source.items() if source != FEATURES}
    lines = [f"{'specification':<16} {'rows':>5} {'MUST':>5} {'proven':>7} {'untestable':>11} {'MUST proven':>12}"]
    lines += [_line(source, rows) for source, rows in sorted(specifications.items(), key=lambda each: _order(each[0]))]
    lines.append(_line("all", [row for rows in specifications.values() for row in rows]))
    features = by_source.get(FEATURES, [])
    proven = sum(row.state in PROVEN for row in features)
    lines.append(f"{FEATURES:<16} {len(features):>5} rows, {proven} with a passing case")
    return lines


def _line(name: str, rows: Iterable[RequirementRow]) -> str:
    rows = list(rows)
    musts = [row for row in rows if row.level is Level.MUST and row.state is not RowState.UNTESTABLE]
    proven = sum(row.state in PROVEN for row in musts)
    share = f"{proven / len(musts):.0%}" if musts else "-"
    untestable = sum(row.state is RowState.UNTESTABLE for row in rows)
    held = sum(row.state in PROVEN for row in rows)
    return f"{name:<16} {len(rows):>5} {len(musts):>5} {held:>7} {untestable:>11} {share:>12}"


def _order(source: str) -> tuple[str, int]:
    word, _, number = source.partition(" ")
    return word, int(number) if number.isdigit() else 0


def features_page(run: Run) -> str:
    """FEATURES by chapter with what this run found, as Markdown."""
    lines = [
        "# Features",
        "",
        "What the whole system is to do, row by row, and what a run of `mailproof check` against the reference server",
        "has found. Made by `python -m mailproof_suites.reporting.coverage RUN --features docs/features.md`.",
    ]
    chapter = ""
    for row in run.requirements:
        if row.source != FEATURES:
            continue
        if row.section != chapter:
            chapter = row.section
            lines += ["", f"## {chapter}", "", "| row | what | state | cases |", "|---|---|---|---|"]
        text = row.text.replace("|", "\\|")
        lines.append(f"| {row.id} | {text} | {STATES[row.state]} | {len(row.cases) or ''} |")
    return "\n".join(lines) + "\n"


@click.command()
@click.argument("folder", metavar="RUN", type=click.Path(path_type=Path))
@click.option("--features", type=click.Path(dir_okay=False, path_type=Path), help="Also write the page of FEATURES.")
def main(folder: Path, features: Path | None) -> None:
    """Print how much of each specification the RUN (a report folder) has proven."""
    try:
        run = load_run(folder)
    except RunUnreadableError as problem:
        click.echo(f"mailproof: {problem}", err=True)
        sys.exit(2)
    for line in coverage_lines(run):
        click.echo(line)
    if features is not None:
        features.write_text(features_page(run), encoding="utf-8")


if __name__ == "__main__":
    main()
