"""How much of each specification a run has proven: `python -m mailproof_suites.reporting.coverage RUN`.

What counts as proven: `shares`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from mailproof_suites.reporting.results import RunUnreadableError, load_run
from mailproof_suites.reporting.shares import FEATURES, PROVEN, STATES, coverages, in_sum
from mailproof_suites.verdicts import Run


def coverage_lines(run: Run) -> list[str]:
    """One line for each specification, then the sum."""
    found = coverages(run.requirements)
    lines = [f"{'specification':<16} {'rows':>5} {'MUST':>5} {'proven':>7} {'untestable':>11} {'MUST proven':>12}"]
    lines += [
        f"{each.name:<16} {len(each.rows):>5} {len(each.musts):>5} {each.proven:>7} {each.untestable:>11}"
        f" {each.share:>12}"
        for each in [*found, in_sum(found)]
    ]
    features = [row for row in run.requirements if row.source == FEATURES]
    proven = sum(row.state in PROVEN for row in features)
    lines.append(f"{FEATURES:<16} {len(features):>5} rows, {proven} with a passing case")
    return lines


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
