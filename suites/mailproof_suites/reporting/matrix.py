"""Targets × requirements: several runs as one page, a column per run, a row per requirement of any of them.

Verdicts of one requirement stand side by side, so that a reader sees at once whether a failure is one server's or
everybody's (then the suspicion falls on the case), and what nobody has verified yet.

    python -m mailproof_suites.reporting.matrix reports/acme reports/dovecot --output matrix.html
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mailproof_suites.reporting.files import write_atomically
from mailproof_suites.reporting.page.render import page
from mailproof_suites.reporting.references import address, natural
from mailproof_suites.reporting.results import RunUnreadableError, load_run
from mailproof_suites.reporting.rows import all_rows
from mailproof_suites.reporting.text import one_line, visible
from mailproof_suites.verdicts import RequirementRow, RowState, Run

MATRIX_NAME = "matrix.html"
_HELD = frozenset({RowState.PASS, RowState.MONITOR})
_OPEN = frozenset({RowState.NO_CASE, RowState.UNTESTABLE, RowState.NOT_RUN})
_ABSENT = "not in this run"


def write_matrix(runs: Sequence[Run], path: Path) -> Path:
    """Write the matrix of `runs` (at least one) to `path`; columns in the order given. Raises ValueError for none."""
    return write_atomically(path, matrix_html(runs).encode("utf-8"))


def matrix_html(runs: Sequence[Run]) -> str:
    """The matrix as one self-contained page without any script but the theme's."""
    if not runs:
        raise ValueError("a matrix needs at least one run")
    columns = [{row.id: row for row in all_rows(run)} for run in runs]
    rows: dict[str, RequirementRow] = {}
    for column in columns:
        for name, row in column.items():
            if name not in rows or (row.text and not rows[name].text):
                rows[name] = row
    ordered = sorted(rows.values(), key=lambda row: (natural(row.source), natural(row.section), natural(row.id)))
    sources: dict[str, list[dict[str, Any]]] = {}
    for row in ordered:
        sources.setdefault(one_line(row.source), []).append(_line(row, columns))
    return page(
        "matrix.html.j2",
        None,
        columns=[_head(run, column, len(rows)) for run, column in zip(runs, columns, strict=True)],
        sources=list(sources.items()),
        total=len(rows),
        unverified=sum(all(_state(row.id, column) in _OPEN | {None} for column in columns) for row in ordered),
        differing=sum(_differs(row.id, columns) for row in ordered),
    )


def _state(name: str, column: dict[str, RequirementRow]) -> RowState | None:
    return column[name].state if name in column else None


def _differs(name: str, columns: Sequence[dict[str, RequirementRow]]) -> bool:
    """One target holds it and another violates it (or is known to)."""
    states = {_state(name, column) for column in columns}
    return bool(states & _HELD) and bool(states & {RowState.FAIL, RowState.KNOWN})


def _head(run: Run, column: dict[str, RequirementRow], total: int) -> dict[str, Any]:
    states = [row.state for row in column.values()]
    unverified = sum(state in _OPEN or state is RowState.SKIP for state in states) + total - len(column)
    return {
        "target": one_line(run.target),
        "started": one_line(run.started)[:10],
        "held": sum(state in _HELD for state in states),
        "violated": states.count(RowState.FAIL),
        "unverified": unverified,
    }


def _line(row: RequirementRow, columns: Sequence[dict[str, RequirementRow]]) -> dict[str, Any]:
    cells = []
    for column in columns:
        state = _state(row.id, column)
        word = state.value if state else _ABSENT
        kind = "open" if state is None or state in _OPEN else word
        detail = one_line(column[row.id].detail, 300) if row.id in column else ""
        cells.append({"kind": kind, "word": word, "detail": detail})
    return {
        "id": visible(row.id),
        "url": address(row.id),
        "level": row.level.upper(),
        "text": one_line(row.text),
        "cells": cells,
        "differs": _differs(row.id, columns),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """The command above: 0 when the matrix is written, 2 when a run cannot be read."""
    parser = argparse.ArgumentParser(
        prog="python -m mailproof_suites.reporting.matrix", description="Requirements by target, as one page."
    )
    parser.add_argument("runs", nargs="+", type=Path, metavar="RUN", help="report folder, run.json or results.json")
    parser.add_argument("--output", type=Path, default=Path(MATRIX_NAME), metavar="FILE", help="default: %(default)s")
    options = parser.parse_args(arguments)
    try:
        path = write_matrix([load_run(place) for place in options.runs], options.output)
    except RunUnreadableError as problem:
        sys.stderr.write(f"{problem}\n")
        return 2
    sys.stdout.write(f"{path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
