"""The table on a GitHub job's page, and annotations that no server can forge."""

from __future__ import annotations

from pathlib import Path

from mailproof_suites.reporting import write_all
from mailproof_suites.reporting.github import error_annotations, summary_markdown, write_step_summary
from mailproof_suites.verdicts import Run


def test_the_table_is_appended(golden_run: Run, tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("what an earlier step wrote\n", encoding="utf-8")
    write_all(golden_run, tmp_path / "report", environ={"GITHUB_STEP_SUMMARY": str(summary)})
    text = summary.read_text(encoding="utf-8")
    assert text.startswith("what an earlier step wrote\n## mailproof: acme\n")
    assert (
        "| area | pass | fail | error | skip | known |\n|---|---:|---:|---:|---:|---:|\n| imap | 0 | 2 | 0 | 1 | 0 |"
        in text
    )
    assert "| **all** | **1** | **2** | **1** | **1** | **1** |" in text
    assert "(https://www.rfc-editor.org/rfc/rfc9051#section-6.4.8) | MUST | Each moved message gets a new UID." in text
    assert "Known deviations: 1 case</summary>" in text


def test_nothing_is_written_elsewhere(golden_run: Run) -> None:
    assert write_step_summary(golden_run, {}) is None


def test_hostile_text_makes_no_markup(golden_run: Run) -> None:
    text = summary_markdown(golden_run)
    assert "<img" not in text
    assert "</script" not in text
    assert "\u202e" not in text
    assert {line.count("|") - line.count("\\|") for line in text.splitlines() if line.startswith("| [RFC")} == {5}


def test_a_huge_run_stays_small(golden_run: Run) -> None:
    golden_run.cases *= 2000
    for number, case in enumerate(golden_run.cases):
        case.message = f"{number} {case.message}"
    assert len(summary_markdown(golden_run)) < 200_000


def test_annotations_are_one_command_each(golden_run: Run) -> None:
    golden_run.cases[0].actual = "x\n::set-output name=a::b\n%0A"
    found = error_annotations(golden_run)
    assert len(found) == 2
    assert all(line.startswith("::error title=RFC9051%3A") and "\n" not in line for line in found)
    assert found[1].startswith("::error title=RFC9051%3A6.4.8-3::RFC9051:6.4.8-3 MUST")
    assert "%250A" in found[1]
