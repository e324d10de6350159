"""Budgets against figures, and what becomes of them: verdicts, exit status, the limit that was found."""

from collections import Counter
from pathlib import Path

import pytest

from mailproof_loadtests import scenario
from mailproof_loadtests.budgets import Budget, fitting, judge, load_budgets
from mailproof_loadtests.metrics import parse
from mailproof_loadtests.outcome import Outcome
from mailproof_loadtests.record import Finding, Record, Tally, gather
from mailproof_loadtests.request_figures import Figures, figures_of, merged, operations, percentile
from mailproof_loadtests.steps_file import Limit, Step
from mailproof_suites.reporting import load_run, write_all
from mailproof_suites.targets import ConfigError

QUICK = Figures("IMAPS APPEND", 90, 0, 900, 0.0, 10.0, Counter({10: 90}))
SLOW = Figures("IMAPS FETCH", 10, 5, 100, 0.0, 10.0, Counter({6000: 10}))
CHECK = Figures("checkpoint FETCH", 50, 0, 0, 0.0, 10.0, Counter({9000: 50}))


def outcome(budgets: list[Budget], *, findings: tuple[Finding, ...] = (), failure: str = "") -> Outcome:
    figures = [QUICK, SLOW, CHECK]
    tally = Tally(checked={"UIDVALIDITY stays": 3}, broken={each.rule: 1 for each in findings})
    judged = list(judge(budgets, figures))
    return Outcome("acme", "mailbox_store", "2026-11-24T10:00:00+00:00", 10.0, figures, tally, list(findings), judged,
                   failure=failure)  # fmt: skip


@pytest.mark.parametrize(
    ("budget", "is_kept"),
    [
        (Budget(p95_ms=5000), False),
        (Budget(p50_ms=5000), True),
        (Budget(request="IMAPS APPEND", p99_ms=10), True),
        (Budget(request="IMAPS APPEND", p99_ms=9), False),
        (Budget(error_rate=0.05), True),
        (Budget(error_rate=0.04), False),
        (Budget(min_per_s=10.0), True),
        (Budget(min_per_s=10.1), False),
        (Budget(request="SMTPS *", p95_ms=1), None),
        (Budget(request="checkpoint *", p95_ms=1), False),
    ],
)
def test_a_budget_is_kept_or_missed(budget: Budget, is_kept: bool | None) -> None:
    assert [each.is_kept for each in judge([budget], [QUICK, SLOW, CHECK])] == [is_kept]


def test_percentiles_of_a_histogram() -> None:
    times = Counter({1: 50, 10: 45, 100: 5})
    assert [percentile(times, share) for share in (0.5, 0.95, 0.99)] == [1, 10, 100]
    assert percentile({}, 0.5) == 0


def test_checks_are_no_operations() -> None:
    assert merged("all", operations([QUICK, SLOW, CHECK])).count == 100


def test_an_entry_of_locust_is_read() -> None:
    entry = {"method": "IMAPS", "name": "NOOP", "num_requests": 2, "num_failures": 1, "total_content_length": 5,
             "start_time": 1.0, "last_request_timestamp": 3.0, "response_times": {"7": 2}}  # fmt: skip
    read = figures_of(entry)
    assert (read.name, read.per_s, read.error_rate, read.percentile_ms(0.5)) == ("IMAPS NOOP", 1.0, 0.5, 7.0)


def test_exit_statuses() -> None:
    finding = Finding("UIDVALIDITY stays", "1", "2", ("RFC9051:2.3.1.1-3",), wire_log="A < …")
    assert outcome([Budget(p50_ms=5000)]).exit_status == 0
    assert outcome([Budget(p95_ms=5000)]).exit_status == 4
    assert outcome([Budget(p95_ms=5000)], findings=(finding,)).exit_status == 1
    assert outcome([], failure="unreachable").exit_status == 3


def test_the_results_have_the_contracts_form_and_the_wire_log(tmp_path: Path) -> None:
    finding = Finding("UIDVALIDITY stays", "1", "2", ("RFC9051:2.3.1.1-3",), wire_log="A < 1 …")
    write_all(outcome([Budget(p95_ms=5000)], findings=(finding,)).run(), tmp_path, {})
    run = load_run(tmp_path)
    failed = {case.id: case for case in run.cases if case.verdict == "fail"}
    assert set(failed) == {
        "load/mailbox_store.py::UIDVALIDITY_stays",
        "load/mailbox_store.py::budget[p95_ms of *]",
    }
    assert failed["load/mailbox_store.py::UIDVALIDITY_stays"].transcript == "A < 1 …"
    assert run.exit_status == 1


def test_the_records_of_several_processes_are_added_up(tmp_path: Path) -> None:
    record = Record(tmp_path)
    record.checked("UIDVALIDITY stays", 2)
    for _ in range(8):
        record.found(Finding("UIDVALIDITY stays", "1", "2"))
    record.save()
    (tmp_path / "checks-1.json").write_bytes((next(tmp_path.glob("checks-*.json"))).read_bytes())
    tally, findings = gather(tmp_path)
    assert tally.checked == {"UIDVALIDITY stays": 4}
    assert tally.broken == {"UIDVALIDITY stays": 16}
    assert len(findings) == 5


def test_the_default_budgets_fit_every_scenario_and_a_budget_must_limit_something(tmp_path: Path) -> None:
    budgets = load_budgets(None)
    assert all(fitting(budgets, name, "anything") for name in scenario.names())
    path = tmp_path / "budget.toml"
    path.write_text('[[budget]]\nrequest = "x"\n')
    with pytest.raises(ConfigError, match="limits nothing"):
        load_budgets(path)
    path.write_text("[[budget]]\np95_s = 1\n")
    with pytest.raises(ConfigError, match="p95_s"):
        load_budgets(path)


def test_the_knee_is_the_last_step_that_kept_the_budget() -> None:
    kept, broken = Step(5, 100.0, 20.0, 0.0), Step(10, 110.0, 6000.0, 0.0, ["p95"])
    assert (Limit([kept, broken]).knee, Limit([kept, broken]).is_found) == (kept, True)
    assert (Limit([kept]).knee, Limit([kept]).is_found) == (kept, False)
    assert Limit([broken]).knee is None


def test_the_stores_counters_are_read_from_metrics() -> None:
    text = "# HELP x\nmailproof_store_batch_units_sum 12.0\nmailproof_store_batch_units_count 4.0\n"
    assert parse(text).units_per_commit == 3


def test_every_scenario_says_what_it_does() -> None:
    assert set(scenario.names()) >= {"mailbox_store", "delivery_burst", "morning_sync", "idle_fleet", "find_the_limit"}
    assert all(scenario.names().values())
    assert scenario.connections("idle_fleet") > scenario.connections("mailbox_store")
    assert scenario.is_stepped("find_the_limit")
