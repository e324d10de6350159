"""Budgets: what a run may take (`thresholds.toml`), and which of them it missed."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from mailproof_loadtests.request_figures import Figures, merged, operations
from mailproof_suites.targets.errors import ConfigError, read_toml

DEFAULT = Path(__file__).parent / "thresholds.toml"
_SHARES = {"p50_ms": 0.50, "p95_ms": 0.95, "p99_ms": 0.99}


class Budget(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One `[[budget]]`; `scenario`, `target` and `request` are patterns with `*`."""

    scenario: str = "*"
    target: str = "*"
    request: str = "*"
    p50_ms: float | None = None
    p95_ms: float | None = None
    p99_ms: float | None = None
    error_rate: float | None = None
    """Share of requests that may fail, 0 to 1."""
    min_per_s: float | None = None
    """Requests a second, at least."""


class Budgets(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    budget: list[Budget] = []


@dataclass(frozen=True, slots=True)
class Judged:
    """One limit of one budget against the figures."""

    name: str
    is_kept: bool | None
    """None: there was no such request."""
    text: str


def load_budgets(path: Path | None) -> list[Budget]:
    """Of a file, or the ones that come along. Raises ConfigError."""
    budgets = read_toml(path or DEFAULT, "budget", Budgets).budget
    for number, budget in enumerate(budgets, start=1):
        if all(getattr(budget, limit) is None for limit in (*_SHARES, "error_rate", "min_per_s")):
            raise ConfigError(f"budget {path or DEFAULT}: [[budget]] {number} limits nothing")
    return budgets


def fitting(budgets: Iterable[Budget], scenario: str, target: str) -> list[Budget]:
    """Those of a scenario and a target."""
    return [
        each
        for each in budgets
        if fnmatch.fnmatchcase(scenario, each.scenario) and fnmatch.fnmatchcase(target, each.target)
    ]


def judge(budgets: Iterable[Budget], figures: list[Figures]) -> Iterator[Judged]:
    """Every limit of these budgets."""
    for budget in budgets:
        total = merged(budget.request, operations(figures, budget.request))
        for limit, share in _SHARES.items():
            allowed_ms = getattr(budget, limit)
            if allowed_ms is not None:
                actual_ms = total.percentile_ms(share)
                text = f"{share:.0%} of {budget.request} within {actual_ms:g} ms, budget {allowed_ms:g} ms"
                yield _judged(budget, limit, total, actual_ms <= allowed_ms, text)
        if budget.error_rate is not None:
            text = f"{total.error_rate:.2%} of {budget.request} failed, budget {budget.error_rate:.2%}"
            yield _judged(budget, "error_rate", total, total.error_rate <= budget.error_rate, text)
        if budget.min_per_s is not None:
            text = f"{total.per_s:.1f} {budget.request} a second, budget at least {budget.min_per_s:g}"
            yield _judged(budget, "min_per_s", total, total.per_s >= budget.min_per_s, text)


def _judged(budget: Budget, limit: str, total: Figures, is_kept: bool, text: str) -> Judged:
    return Judged(f"{limit} of {budget.request}", is_kept if total.count else None, text)
