"""The sentences of a run: terminal, page and CI say the same, and say it rightly."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mailproof_suites.reporting.closing import closing_lines
from mailproof_suites.reporting.references import address, areas_of_requirements, natural, section_of, source_of
from mailproof_suites.reporting.rows import all_rows
from mailproof_suites.reporting.summary import finding_line, findings, known_reason, reasons, verdict_sentence
from mailproof_suites.verdicts import CaseResult, Level, RequirementRow, RowState, Run, Verdict

MakeRun = Callable[..., Run]


def test_each_violated_requirement_is_one_line(golden_run: Run) -> None:
    lines = [finding_line(finding) for finding in findings(golden_run)]
    assert len(lines) == 2
    assert lines[1] == (
        "RFC9051:6.4.8-3 MUST Each moved message gets a new UID. — the COPYUID of a move names the old UID: "
        "expected a UID above 1511 in the destination, got UID 7, the one that it had in the source "
        "(imap/rfc9051/test_6_4_8_move.py::test_moved_messages_get_new_uids)"
    )


def test_many_cases_of_one_requirement_are_one_finding(make_run: MakeRun) -> None:
    run = make_run(a="fail", b="fail", c="pass")
    run.cases[1].requirements = ["RFC9051:1-1"]
    found = findings(run)
    assert [(finding.requirement, finding.more) for finding in found] == [("RFC9051:1-1", 1)]
    assert finding_line(found[0]).endswith("(a and 1 more)")


def test_findings_come_by_level_then_section(make_run: MakeRun) -> None:
    run = make_run(a="fail", b="fail", c="fail")
    for case, name in zip(run.cases, ("RFC9051:6.4.10-1", "RFC9051:6.4.9-1", "RFC9051:1-1"), strict=True):
        case.requirements = [name]
    run.cases[2].level = Level.SHOULD
    assert [finding.requirement for finding in findings(run)] == ["RFC9051:6.4.9-1", "RFC9051:6.4.10-1", "RFC9051:1-1"]


def test_a_violation_blames_what_it_names(make_run: MakeRun) -> None:
    run = make_run(a="fail")
    run.cases[0].requirements = ["NET-01", "NET-02"]
    assert [finding.requirement for finding in findings(run)] == ["NET-01", "NET-02"]
    run.cases[0].violated = ["RFC9051:7-1"]
    assert [finding.requirement for finding in findings(run)] == ["RFC9051:7-1"]
    run.cases[0].violated = run.cases[0].requirements = []
    assert [finding.requirement for finding in findings(run)] == ["no requirement"]


@pytest.mark.parametrize(
    ("verdicts", "sentence"),
    [
        ({}, "Nothing was tested: 0 cases left out, each with its reason."),
        ({"a": "skip"}, "Nothing was tested: 1 case left out, each with its reason."),
        ({"a": "pass", "b": "pass"}, "acme holds all 2 cases that could be tested."),
        ({"a": "pass", "b": "known"}, "acme violates nothing new; 1 case met a known deviation."),
        ({"a": "pass", "b": "fail"}, "acme violates 1 requirement (1 MUST)."),
        (
            {"a": "pass", "b": "error"},
            "acme holds all 1 case that could be tested; in 1 case the harness itself failed and found nothing out.",
        ),
        (
            {"a": "error"},
            "acme was not seen to hold any requirement; in 1 case the harness itself failed and found nothing out.",
        ),
    ],
)
def test_the_verdict_is_one_sentence(make_run: MakeRun, verdicts: dict[str, str], sentence: str) -> None:
    assert verdict_sentence(make_run(**verdicts)) == sentence


def test_weaker_levels_do_not_sound_like_failure(make_run: MakeRun) -> None:
    run = make_run(a="pass", b="fail")
    run.cases[1].level = Level.SHOULD
    assert verdict_sentence(run) == "acme holds every MUST that was tested and departs from 1 weaker requirement."
    run.level = Level.SHOULD
    assert verdict_sentence(run) == "acme violates 1 requirement (1 SHOULD)."


def test_a_run_that_did_not_end_says_so(make_run: MakeRun) -> None:
    run = make_run(a="pass")
    run.interrupted = True
    assert verdict_sentence(run).startswith("Interrupted, so this is a part of the truth: ")
    run.unreachable = "connection refused by localhost:1993"
    assert verdict_sentence(run) == (
        "acme could not be reached, so nothing was judged: connection refused by localhost:1993."
    )


def test_reasons_are_grouped_and_counted(make_run: MakeRun) -> None:
    run = make_run(a="skip", b="skip", c="skip", d="known", e="known")
    run.cases[0].message = "CONDSTORE is not advertised"
    run.cases[3].message = "known: ticket 4711; the answer"
    run.cases[4].message = "known: ticket 4711; RFC822.SIZE"
    assert reasons(run, Verdict.SKIP) == [("why", 2), ("CONDSTORE is not advertised", 1)]
    assert reasons(run, Verdict.KNOWN) == [("ticket 4711", 2)]


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (
            "known: old release; fixed in 4.2 (https://x.example); the answer",
            "old release; fixed in 4.2 (https://x.example)",
        ),
        ("known: old release", "old release"),
        ("old release", "old release"),
        ("", "no reason given"),
    ],
)
def test_a_known_deviation_has_its_reason(message: str, reason: str) -> None:
    assert known_reason(message) == reason


def test_the_end_names_everything_once(golden_run: Run) -> None:
    lines = [line for line, _ in closing_lines(golden_run, Path("reports/latest/report.html"))]
    text = "\n".join(lines)
    assert text.count("RFC9051:6.4.8-3") == 1
    assert "harness error — KeyError: 'bob' (smtp/rfc5321/test_4_5_3_limits.py::test_line)" in text
    assert "    1 known deviation: the load balancer still takes TLS 1.1 (ticket 4711)" in text
    assert "    1 not testable: CONDSTORE is not advertised" in text
    assert "1 pass, 2 fail, 1 error, 1 skip, 1 known in 41.2 s" in text
    assert lines[-1] == "Report: reports/latest/report.html"
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_long_lists_at_the_end_are_cut_and_counted(make_run: MakeRun) -> None:
    run = make_run(**{f"e{n}": "error" for n in range(25)}, **{f"s{n}": "skip" for n in range(20)})
    for case in run.cases:
        case.message = f"reason {case.id}"
    lines = [line for line, _ in closing_lines(run)]
    assert "harness error — and 15 more cases" in lines
    assert "   12 not testable: 12 other reasons" in lines


@pytest.mark.parametrize(
    ("requirement", "url"),
    [
        ("RFC9051:6.4.8-3", "https://www.rfc-editor.org/rfc/rfc9051#section-6.4.8"),
        ("RFC9051-6.4.8-3", "https://www.rfc-editor.org/rfc/rfc9051#section-6.4.8"),
        ("RFC5322:3-1", "https://www.rfc-editor.org/rfc/rfc5322#section-3"),
        ("RFC3501:A.1-2", "https://www.rfc-editor.org/rfc/rfc3501#appendix-A.1"),
        ("RFC822", "https://www.rfc-editor.org/rfc/rfc822"),
        ("NET-02", ""),
        ("MS-ASCMD:2.2.1-1", ""),
        ('RFC9051:6"onload=x-3', ""),
        ("", ""),
    ],
)
def test_the_address_of_a_requirement(requirement: str, url: str) -> None:
    assert address(requirement) == url


def test_source_and_section_can_be_told_from_an_id() -> None:
    assert (source_of("RFC9051:6.4.8-3", {}), section_of("RFC9051:6.4.8-3", {})) == ("RFC 9051", "6.4.8")
    assert (source_of("MS-ASCMD:2.2.1-1", {}), section_of("MS-ASCMD:2.2.1-1", {})) == ("MS-ASCMD", "2.2.1")
    assert (source_of("NET-02", {}), section_of("NET-02", {})) == ("FEATURES", "NET")


def test_sections_sort_as_people_count() -> None:
    sections = ["6.4.10", "6.4.9", "6", "A.1", "6.4"]
    assert sorted(sections, key=natural) == ["6", "6.4", "6.4.9", "6.4.10", "A.1"]


def test_a_requirement_without_a_case_stands_with_its_source(golden_run: Run) -> None:
    areas = areas_of_requirements(golden_run)
    assert areas["RFC9051:11-1"] == "imap"
    assert areas["RFC5321:4.1.1.9-1"] == "smtp"
    assert areas["NET-01"] == "tls"
    golden_run.cases.clear()
    assert set(areas_of_requirements(golden_run).values()) == {"other"}


def test_ids_that_only_cases_name_get_rows(make_run: MakeRun) -> None:
    run = make_run(a="pass", b="fail")
    run.cases[1].requirements = ["RFC9051:1-1", "NET-02"]
    rows = {row.id: row for row in all_rows(run)}
    assert rows["RFC9051:1-1"].state is RowState.FAIL
    assert rows["RFC9051:1-1"].cases == ["a", "b"]
    run.requirements = [
        RequirementRow(id="NET-02", source="FEATURES", section="x", level=Level.MUST, text="t", state=RowState.FAIL)
    ]
    assert [row.id for row in all_rows(run)] == ["NET-02", "RFC9051:1-1"]


def test_findings_of_a_case_without_any_text_still_say_something() -> None:
    run = Run(target="x", started="", seconds=0.0, cases=[CaseResult(id="a", verdict=Verdict.FAIL)])
    assert finding_line(findings(run)[0]) == "no requirement MUST — no reason given (a)"
