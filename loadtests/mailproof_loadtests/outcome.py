"""What became of a run: a case for each rule and each budget, in the form of every other run's results."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from mailproof_loadtests.budgets import Judged
from mailproof_loadtests.metrics import StoreCounters
from mailproof_loadtests.record import Finding, Tally
from mailproof_loadtests.request_figures import Figures
from mailproof_loadtests.rules import GRAMMAR, MONITOR, RULES
from mailproof_loadtests.steps_file import Limit
from mailproof_suites.verdicts import CaseResult, Run, Verdict

AREA = "load"
_SHOWN_WIDTH = 44


@dataclass(slots=True)
class Outcome:
    """Everything known after a run."""

    target: str
    scenario: str
    started: str
    seconds: float
    figures: list[Figures]
    tally: Tally
    findings: list[Finding]
    budgets: list[Judged]
    environment: dict[str, str] = field(default_factory=dict)
    limit: Limit | None = None
    store: StoreCounters | None = None
    is_interrupted: bool = False
    failure: str = ""
    """Why the run is no verdict: the target could not be reached, Locust failed; empty when it is one."""

    @property
    def exit_status(self) -> int:
        """Contract: 0 within budget, 1 a wrong answer, 2 interrupted, 3 no verdict, 4 over budget."""
        if self.findings:
            return 1
        if self.failure:
            return 3
        if self.is_interrupted:
            return 2
        return 4 if any(each.is_kept is False for each in self.budgets) else 0

    def run(self) -> Run:
        """For the reports and for `mailproof compare`."""
        cases = [self._rule_case(rule) for rule in (*RULES, GRAMMAR, MONITOR)]
        cases += [self._budget_case(each) for each in self.budgets]
        return Run(
            target=self.target,
            started=self.started,
            seconds=self.seconds,
            cases=cases,
            environment=self.environment,
            interrupted=self.is_interrupted,
            unreachable=self.failure,
            exit_status=self.exit_status,
        )

    def _rule_case(self, rule: str) -> CaseResult:
        checked, broken = self.tally.checked.get(rule, 0), self.tally.broken.get(rule, 0)
        found = [each for each in self.findings if each.rule == rule]
        case = CaseResult(
            id=f"load/{self.scenario}.py::{rule.replace(' ', '_')}",
            title=rule[0].upper() + rule[1:],
            requirements=sorted({*RULES.get(rule, ()), *(name for each in found for name in each.requirements)}),
            area=AREA,
            seconds=self.seconds,
            notes=[f"checked {checked:,} times"] if checked else [],
        )
        if found:
            case.verdict = Verdict.FAIL
            case.message = f"{broken} of {checked} times: expected {found[0].expected}, got {found[0].actual}"
            case.expected, case.actual = found[0].expected, found[0].actual
            case.violated = list(found[0].requirements)
            case.transcript = "\n".join(each.wire_log for each in found)
        elif not checked and rule != GRAMMAR:
            case.verdict = Verdict.SKIP
            case.message = "this scenario did not come to check it"
        return case

    def _budget_case(self, judged: Judged) -> CaseResult:
        verdict = {True: Verdict.PASS, False: Verdict.FAIL, None: Verdict.SKIP}[judged.is_kept]
        return CaseResult(
            id=f"load/{self.scenario}.py::budget[{judged.name}]",
            title=f"Budget: {judged.name}",
            area=AREA,
            verdict=verdict,
            message="" if judged.is_kept else judged.text if judged.is_kept is False else "no such request was made",
            notes=[judged.text],
        )

    def lines(self) -> list[str]:
        """For the terminal."""
        lines = [f"{'':<{_SHOWN_WIDTH}}{'count':>9}{'failed':>8}{'/s':>9}{'p50 ms':>8}{'p95 ms':>8}{'p99 ms':>8}"]
        lines += [
            f"{each.name:<{_SHOWN_WIDTH}}{each.count:>9,}{each.failures:>8,}{each.count / self.seconds:>9.1f}"
            f"{each.percentile_ms(0.5):>8g}{each.percentile_ms(0.95):>8g}{each.percentile_ms(0.99):>8g}"
            for each in self.figures
        ]
        if self.store is not None and self.store.commits:
            rate = self.store.units / self.seconds
            lines.append(f"store: {rate:,.1f} units of work/s, {self.store.units_per_commit:.2f} in one commit")
        lines.append(
            f"checked {sum(self.tally.checked.values()):,} times, {self.tally.checkpoints} checkpoints compared "
            f"{self.tally.compared:,} messages: {sum(self.tally.broken.values())} wrong answers"
        )
        lines += [f"WRONG ANSWER: {each.rule}: expected {each.expected}, got {each.actual}" for each in self.findings]
        lines += [f"OVER BUDGET: {each.text}" for each in self.budgets if each.is_kept is False]
        lines += [f"left behind: {each}" for each in self.tally.left_behind]
        lines += self._limit_lines()
        if self.failure:
            lines.append(f"no verdict: {self.failure}")
        return lines

    def _limit_lines(self) -> list[str]:
        if self.limit is None:
            return []
        lines = [
            f"{step.users:>5} users: {step.per_s:>9.1f}/s, 95 % within {step.p95_ms:g} ms, {step.error_rate:.2%} failed"
            f"{' — ' + '; '.join(step.missed) if step.missed else ''}"
            for step in self.limit.steps
        ]
        knee = self.limit.knee
        if knee is None:
            return [*lines, "the limit is below the first step"]
        beyond = "" if self.limit.is_found else ", and beyond: the highest step kept the budget (give more --users)"
        return [*lines, f"the knee: {knee.users} users, {knee.per_s:.1f} operations/s{beyond}"]

    def write_figures(self, folder: Path) -> Path:
        """`load.json`: the figures of each kind of request, for other programs."""
        rows = [
            {
                "request": each.name,
                "count": each.count,
                "failures": each.failures,
                "octets": each.octets,
                "per_s": round(each.count / self.seconds, 2),
                "p50_ms": each.percentile_ms(0.5),
                "p95_ms": each.percentile_ms(0.95),
                "p99_ms": each.percentile_ms(0.99),
            }
            for each in self.figures
        ]
        document = {
            "format": 1,
            "target": self.target,
            "scenario": self.scenario,
            "started": self.started,
            "seconds": round(self.seconds, 2),
            "requests": rows,
            "checks": self.tally,
            "limit": self.limit,
            "environment": self.environment,
        }
        path = folder / "load.json"
        path.write_bytes(msgspec.json.format(msgspec.json.encode(document)) + b"\n")
        return path
