"""Shares of each specification that a run has proven, and what is open by its reason: for the page and the command.

A row is proven when a case of it passed or a monitor checked it and found nothing wrong. What is untestable from
outside is counted apart; what has no case yet counts against us.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from mailproof_suites.verdicts import Level, RequirementRow, RowState

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


_EXPLAINED = (RowState.UNTESTABLE, RowState.SKIP, RowState.KNOWN)
"""States whose `detail` is a reason, not the message of one failure."""


def _order(source: str) -> tuple[str, int]:
    word, _, number = source.partition(" ")
    return word, int(number) if number.isdigit() else 0


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of one specification a run has proven."""

    name: str
    """`RFC 9051`; `all` for the sum."""
    rows: tuple[RequirementRow, ...]

    @property
    def musts(self) -> list[RequirementRow]:
        """MUSTs that can be tested from outside."""
        return [row for row in self.rows if row.level is Level.MUST and row.state is not RowState.UNTESTABLE]

    @property
    def proven(self) -> int:
        """Rows of any level that held."""
        return sum(row.state in PROVEN for row in self.rows)

    @property
    def proven_musts(self) -> int:
        """Of `musts`, those that held."""
        return sum(row.state in PROVEN for row in self.musts)

    @property
    def untestable(self) -> int:
        """Rows that no black-box test can decide."""
        return sum(row.state is RowState.UNTESTABLE for row in self.rows)

    @property
    def share(self) -> str:
        """Proven MUSTs of those that can be tested, in per cent, rounded down: 100 % is all of them."""
        return f"{100 * self.proven_musts // len(self.musts)}%" if self.musts else "-"

    @property
    def open(self) -> dict[str, list[RequirementRow]]:
        """Rows of any level that were not proven, by what the run says about them (`detail`, or the state's word)."""
        found: dict[str, list[RequirementRow]] = defaultdict(list)
        for row in self.rows:
            if row.state not in PROVEN:
                reason = row.detail if row.state in _EXPLAINED else ""
                found[f"{STATES[row.state].strip('*')}{': ' if reason else ''}{reason}"].append(row)
        return dict(sorted(found.items(), key=lambda entry: (-len(entry[1]), entry[0])))


def coverages(rows: Iterable[RequirementRow]) -> list[Coverage]:
    """One for each specification, in the order of their numbers; FEATURES is none."""
    by_source: dict[str, list[RequirementRow]] = defaultdict(list)
    for row in rows:
        if row.source != FEATURES:
            by_source[row.source].append(row)
    return [Coverage(name, tuple(by_source[name])) for name in sorted(by_source, key=_order)]


def in_sum(found: Iterable[Coverage]) -> Coverage:
    """All of them as one."""
    return Coverage("all", tuple(row for each in found for row in each.rows))
