"""How much of each specification a run has proven: the printed lines, and the section of the page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from mailproof_suites.reporting.coverage import coverage_lines, main
from mailproof_suites.reporting.html import html_of
from mailproof_suites.reporting.results import write_run
from mailproof_suites.reporting.shares import coverages, in_sum
from mailproof_suites.verdicts import Level, RequirementRow, RowState, Run


def row(name: str, state: RowState, level: Level = Level.MUST, detail: str = "") -> RequirementRow:
    """A row of the RFC that its id names."""
    source = f"RFC {name.partition(':')[0].removeprefix('RFC')}"
    return RequirementRow(
        id=name, source=source, section="1", level=level, text=f"text of {name}", state=state, detail=detail
    )


@pytest.fixture
def run() -> Run:
    """Two specifications: one proven but for a skip, one left out; a row that cannot be tested, a SHOULD that broke."""
    rows = [
        row("RFC5321:1-1", RowState.PASS),
        row("RFC5321:1-2", RowState.MONITOR),
        row("RFC5321:1-3", RowState.SKIP, detail="not advertised"),
        row("RFC5321:1-4", RowState.UNTESTABLE, detail="nobody sees it"),
        row("RFC5321:1-5", RowState.FAIL, Level.SHOULD, detail="the message of one failure"),
        row("RFC822:1-1", RowState.NOT_RUN),
        RequirementRow(id="NET-01", source="FEATURES", section="x", level=Level.MUST, text="t", state=RowState.PASS),
    ]
    return Run(target="acme", started="2026-11-24T12:00:00+00:00", seconds=1.0, requirements=rows)


def test_musts_are_counted_without_what_nobody_can_test(run: Run) -> None:
    old, new = coverages(run.requirements)
    assert (old.name, new.name) == ("RFC 822", "RFC 5321")
    assert (len(new.rows), len(new.musts), new.proven_musts, new.proven, new.untestable) == (5, 3, 2, 2, 1)
    assert (new.share, old.share) == ("66%", "0%")
    assert len(in_sum([old, new]).musts) == 4


def test_what_is_open_stands_with_its_reason(run: Run) -> None:
    reasons = coverages(run.requirements)[1].open
    assert {reason: [row.id for row in rows] for reason, rows in reasons.items()} == {
        "not testable here: not advertised": ["RFC5321:1-3"],
        "untestable from outside: nobody sees it": ["RFC5321:1-4"],
        "violated": ["RFC5321:1-5"],
    }


def test_a_hundred_per_cent_is_all_of_them() -> None:
    rows = [row(f"RFC1:1-{number}", RowState.PASS) for number in range(1, 1000)] + [row("RFC1:1-0", RowState.NO_CASE)]
    assert coverages(rows)[0].share == "99%"


def test_the_command_prints_a_line_for_each_and_the_sum(run: Run, tmp_path: Path) -> None:
    write_run(run, tmp_path)
    printed = CliRunner().invoke(main, [str(tmp_path)])
    assert printed.exit_code == 0
    assert printed.output.splitlines() == coverage_lines(run)
    assert re.search(r"^RFC 5321 +5 +3 +2 +1 +66%$", printed.output, re.MULTILINE)
    assert re.search(r"^all +6 +4 +2 +1 +50%$", printed.output, re.MULTILINE)
    assert CliRunner().invoke(main, [str(tmp_path / "nothing")]).exit_code == 2


def test_the_page_shows_what_the_run_was_about(run: Run) -> None:
    page = html_of(run)
    section = page[page.index('id="coverage"') : page.index('id="browse-title"')]
    assert "RFC 5321" in section
    assert "66%" in section
    assert "not testable here: not advertised" in section
    assert "text of RFC5321:1-4" in section
    assert "RFC 822" not in section, "a specification of which nothing was run"
    assert "all</th>" not in section, "a sum of one"
