"""The shape of `find_the_limit`: more users in ten steps, until a budget breaks; the knee is the step before."""

from __future__ import annotations

from pathlib import Path

import msgspec
from locust import LoadTestShape

from mailproof_loadtests.budgets import fitting, judge, load_budgets
from mailproof_loadtests.request_figures import Figures, figures_of, merged, operations
from mailproof_loadtests.settings import read_settings
from mailproof_loadtests.steps_file import LIMIT_NAME, Limit, Step
from mailproof_suites.targets import load_profile

STEPS = 10
SETTLING = 0.4
"""Share of a step that is not measured: new users sign in and make their folders."""


class Steps(LoadTestShape):
    """Ends the run at the first step that breaks a budget."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._settings = read_settings()
        self._step_s = self._settings.run_time_s / STEPS
        path = Path(self._settings.budget) if self._settings.budget else None
        target = load_profile(Path(self._settings.target))
        self._budgets = fitting(load_budgets(path), self._settings.scenario, target.name)
        self._limit = Limit(steps=[])
        self._before: dict[str, Figures] = {}
        self._number = 0
        self._measured = -1

    def tick(self) -> tuple[int, float] | None:
        """How many users there should be now."""
        elapsed = self.get_run_time() / self._step_s  # type: ignore[no-untyped-call]
        while self._number < min(int(elapsed), STEPS):
            if not self._end_step():
                return None
        if self._number >= STEPS:
            return None
        if self._measured < self._number and elapsed - self._number >= SETTLING:
            self._measured = self._number
            self._before = self._now()
        return self._users(self._number), float(max(1, self._settings.users))

    def _users(self, number: int) -> int:
        return max(1, round(self._settings.users * (number + 1) / STEPS))

    def _now(self) -> dict[str, Figures]:
        """The figures since the run's beginning."""
        entries = self.runner.stats.entries.values() if self.runner is not None else ()
        return {each.name: each for each in (figures_of(entry.serialize()) for entry in entries)}

    def _end_step(self) -> bool:
        """Judge the step that ends; whether to go on."""
        figures = [
            _change(self._before.get(name), each, self._step_s * (1 - SETTLING)) for name, each in self._now().items()
        ]
        total = merged("all", operations(figures))
        missed = [each.text for each in judge(self._budgets, figures) if each.is_kept is False]
        step = Step(
            self._users(self._number), round(total.per_s, 1), total.percentile_ms(0.95), total.error_rate, missed
        )
        self._limit.steps.append(step)
        self._number += 1
        (Path(self._settings.folder) / LIMIT_NAME).write_bytes(msgspec.json.encode(self._limit))
        return not missed


def _change(before: Figures | None, after: Figures, seconds: float) -> Figures:
    """What one step added."""
    times = after.times - before.times if before else after.times.copy()
    count, failures = after.count, after.failures
    if before:
        count, failures = count - before.count, failures - before.failures
    return Figures(after.name, count, failures, 0, 0.0, seconds, times)
