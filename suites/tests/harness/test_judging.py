"""Deviations, staleness, requirement rows and exit status, on results made by hand."""

from __future__ import annotations

import pytest

from mailproof_suites.gathering import Gatherer
from mailproof_suites.judging import Finding, Judgement, mark_stale
from mailproof_suites.targets import Deviation
from mailproof_suites.verdicts import CaseResult, Level, RowState, Run, Verdict

A, B, C = "RFC9051:6.4.8-1", "RFC9051:6.4.8-2", "RFC9051:6.4.8-3"


def case(name: str, verdict: Verdict, *requirements: str, violated: tuple[str, ...] = ()) -> CaseResult:
    return CaseResult(
        id=f"imap/x.py::{name}", requirements=list(requirements), verdict=verdict, violated=list(violated)
    )


def listed(subject: str) -> Deviation:
    return Deviation(requirement=subject, reason="so it is")


def verdict_of(findings: list[Finding], deviations: list[Deviation]) -> CaseResult:
    judgement = Judgement("imap/x.py::test", [A, B], findings)
    result = CaseResult(id=judgement.case_id, requirements=judgement.requirements)
    judgement.apply(result, deviations)
    return result


def fail(*requirements: str) -> Finding:
    return Finding(Verdict.FAIL, "broke", "this", "that", requirements=requirements)


@pytest.mark.parametrize(
    ("findings", "deviations", "verdict"),
    [
        ([], [A], Verdict.PASS),
        ([fail()], [], Verdict.FAIL),
        ([fail()], [A], Verdict.KNOWN),
        ([fail()], [C], Verdict.FAIL),
        ([fail(A)], [A], Verdict.KNOWN),
        ([fail(A)], [B], Verdict.FAIL),
        ([fail(C)], [A], Verdict.FAIL),
        ([fail(A), fail(C)], [A], Verdict.FAIL),
        ([fail(A), fail(C)], [A, C], Verdict.KNOWN),
        ([Finding(Verdict.ERROR, "ours")], [A], Verdict.ERROR),
        ([fail(A), Finding(Verdict.ERROR, "cleaning up")], [], Verdict.FAIL),
        ([Finding(Verdict.ERROR, "ours"), fail(A)], [A], Verdict.ERROR),
    ],
)
def test_a_deviation_excuses_only_what_it_names(
    findings: list[Finding], deviations: list[str], verdict: Verdict
) -> None:
    assert verdict_of(findings, [listed(each) for each in deviations]).verdict is verdict


def test_a_deviation_may_name_a_case() -> None:
    result = verdict_of([fail(C)], [Deviation(case="imap/x.py::test", reason="so it is", link="https://x.test/1")])
    assert result.verdict is Verdict.KNOWN
    assert "so it is" in result.message
    assert "https://x.test/1" in result.message
    assert result.violated == [C]


@pytest.mark.parametrize(
    ("cases", "unseen", "stale"),
    [
        ([case("a", Verdict.PASS, A)], 0, True),
        ([case("a", Verdict.PASS, A), case("b", Verdict.SKIP, A)], 0, True),
        ([case("a", Verdict.SKIP, A)], 0, False),
        ([case("a", Verdict.PASS, A), case("b", Verdict.KNOWN, A, violated=(A,))], 0, False),
        ([case("a", Verdict.PASS, A), case("b", Verdict.ERROR, A)], 0, False),
        ([case("a", Verdict.PASS, A)], 1, False),
        ([case("a", Verdict.PASS, A), case("b", Verdict.KNOWN, B, violated=(A,))], 0, False),
        ([case("a", Verdict.PASS, B)], 0, False),
    ],
)
def test_a_deviation_is_stale_when_all_its_cases_ran_and_passed(
    cases: list[CaseResult], unseen: int, stale: bool
) -> None:
    mark_stale(cases, [listed(A)], {A: unseen})
    assert (cases[0].verdict is Verdict.FAIL) is stale
    assert ("stale" in cases[0].message) is stale


def conclude(*cases: CaseResult, gatherer: Gatherer | None = None, deviations: tuple[Deviation, ...] = ()) -> Run:
    gatherer = gatherer or Gatherer(Level.MUST)
    for each in cases:
        gatherer.add(each)
    return gatherer.conclude("t", deviations, started="", seconds=0.0, environment={})


def state(run: Run, name: str) -> RowState:
    return next(row.state for row in run.requirements if row.id == name)


def test_a_row_says_what_its_cases_found() -> None:
    run = conclude(
        case("a", Verdict.PASS, A),
        case("b", Verdict.FAIL, A, B, violated=(B,)),
        case("c", Verdict.SKIP, C),
    )
    assert state(run, A) is RowState.PASS
    assert state(run, B) is RowState.FAIL
    assert state(run, C) is RowState.SKIP
    assert state(run, "RFC9051:6.1.1-1") is RowState.NO_CASE
    assert state(run, "OPER-02") is RowState.UNTESTABLE
    assert [row.id for row in run.requirements][-1].startswith("OPER-"), "specifications first, then FEATURES"


def test_what_a_case_did_not_get_to_is_not_run() -> None:
    assert state(conclude(case("b", Verdict.FAIL, A, B, violated=(B,))), A) is RowState.NOT_RUN


def test_a_monitor_that_fails_another_case_fails_its_own_row() -> None:
    run = conclude(case("a", Verdict.FAIL, A, violated=(C,)))
    assert state(run, C) is RowState.FAIL
    assert state(run, A) is RowState.NOT_RUN


def test_a_monitor_without_a_finding_is_counted() -> None:
    seen = case("a", Verdict.PASS, A)
    seen.monitored = {C: 7}
    run = conclude(seen, deviations=(listed(C),))
    row = next(row for row in run.requirements if row.id == C)
    assert row.state is RowState.MONITOR
    assert row.checks == 7
    assert row.detail == "monitor: 7 exchanges checked; listed as a known deviation, not seen in this run"


def test_cases_that_were_left_out_make_their_rows_not_run_and_keep_deviations_unjudged() -> None:
    gatherer = Gatherer(Level.MUST)
    gatherer.left_out = {"imap/x.py::other": [A, B]}
    run = conclude(case("a", Verdict.PASS, A), gatherer=gatherer, deviations=(listed(A),))
    assert run.cases[0].verdict is Verdict.PASS
    assert state(run, B) is RowState.NOT_RUN


def test_an_interrupted_run_finds_nothing_stale() -> None:
    gatherer = Gatherer(Level.MUST)
    gatherer.interrupted = True
    run = conclude(case("a", Verdict.PASS, A), gatherer=gatherer, deviations=(listed(A),))
    assert run.cases[0].verdict is Verdict.PASS
    assert run.exit_status == 2


@pytest.mark.parametrize(
    ("verdicts", "status"),
    [
        ([], 5),
        ([Verdict.SKIP], 5),
        ([Verdict.SKIP, Verdict.PASS], 0),
        ([Verdict.KNOWN], 0),
        ([Verdict.PASS, Verdict.ERROR], 3),
        ([Verdict.FAIL, Verdict.ERROR], 1),
        ([Verdict.FAIL, Verdict.PASS], 1),
    ],
)
def test_the_exit_status_follows_from_the_verdicts(verdicts: list[Verdict], status: int) -> None:
    run = conclude(*(case(str(number), verdict, A) for number, verdict in enumerate(verdicts)))
    assert run.exit_status == status


def test_an_unreachable_target_comes_before_violations() -> None:
    gatherer = Gatherer(Level.MUST)
    gatherer.unreachable = "gone"
    assert conclude(case("a", Verdict.FAIL, A), gatherer=gatherer).exit_status == 3
