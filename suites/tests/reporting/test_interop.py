"""`docs/interop.md` and its pages, made from small made-up runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from mailproof_suites.reporting import interop
from mailproof_suites.reporting.interop import write_pages
from mailproof_suites.reporting.results import write_results, write_run
from mailproof_suites.targets import ConfigError
from mailproof_suites.verdicts import CaseResult, Level, RequirementRow, RowState, Run, Verdict

MOVE, NOOP, MAIL = "RFC9051:6.4.8-3", "RFC9051:6.1.2-1", "RFC5321:4.1.1-1"
LIST = """
[about]
title = "Acme & friends"
setup = "As it comes, with `quota`."
matters = ["**MOVE** loses mail."]

[[deviation]]
server = "Acme"
reason = "MOVE forgets | flags"
sentence = 'RFC 9051 section 6.4.8: "flags SHOULD be preserved"'
wire = '''
C: a MOVE 1 box
S: a OK
'''
requirements = ["RFC9051:6.4.8-3"]
cases = ["imap/x.py::test_b"]

[[deviation]]
server = "Friend"
reason = "VRFY is loud"
requirement = "RFC5321:4.1.1-1"
"""


def case(name: str, verdict: Verdict, message: str = "", *requirements: str) -> CaseResult:
    area = name.partition("/")[0]
    return CaseResult(id=name, area=area, verdict=verdict, message=message, requirements=list(requirements))


def acme() -> Run:
    known = "known: Acme: MOVE forgets | flags; flags"
    return Run(
        target="acme",
        started="2026-02-03T04:05:06+00:00",
        seconds=12.4,
        environment={"software": "acmed 4.1-2"},
        cases=[
            case("imap/x.py::test_a", Verdict.PASS, "", NOOP),
            case("imap/x.py::test_b", Verdict.KNOWN, known, MOVE),
            case("imap/x.py::test_c", Verdict.KNOWN, known, MOVE),
            case("imap/x.py::test_d", Verdict.SKIP, "IMAP capability QRESYNC is not advertised", NOOP),
            case("imap/x.py::test_e", Verdict.SKIP, "needs an account with role bob, which the profile lacks", NOOP),
            case("smtp/x.py::test_f", Verdict.FAIL, "it said <b>no</b> | never", MAIL, NOOP),
        ],
        requirements=[
            RequirementRow(id=NOOP, source="RFC 9051", section="6.1.2", level=Level.MUST, text="", state=RowState.PASS),
            RequirementRow(
                id=MOVE,
                source="RFC 9051",
                section="6.4.8",
                level=Level.SHOULD,
                text="keeps flags",
                state=RowState.KNOWN,
            ),
            RequirementRow(id=MAIL, source="RFC 5321", section="4.1.1", level=Level.MUST, text="", state=RowState.FAIL),
        ],
    )


def other() -> Run:
    return Run(
        target="other",
        started="2026-02-04T00:00:00+00:00",
        seconds=1,
        cases=[case("imap/x.py::test_b", Verdict.FAIL, "flags", MOVE)],
    )


@pytest.fixture
def lists(tmp_path: Path) -> Path:
    """A folder with the list of `acme`; `other` has none."""
    folder = tmp_path / "lists"
    folder.mkdir()
    (folder / "acme.deviations.toml").write_text(LIST)
    return folder


def pages(tmp_path: Path, lists: Path, *runs: Run) -> dict[str, str]:
    written = write_pages(runs, tmp_path / "docs" / "interop", lists)
    return {str(path.relative_to(tmp_path / "docs")): path.read_text() for path in written}


def test_there_is_an_index_and_a_page_for_each_server(tmp_path: Path, lists: Path) -> None:
    made = pages(tmp_path, lists, acme(), other())
    assert set(made) == {"interop.md", "interop/acme.md", "interop/other.md"}
    assert "[Acme & friends](interop/acme.md)" in made["interop.md"]


def test_the_matrix_counts_cases_by_server_and_area(tmp_path: Path, lists: Path) -> None:
    index = pages(tmp_path, lists, acme(), other())["interop.md"]
    assert "| server | imap | smtp | deviations |" in index
    assert "| 1 / 2 / 2 / 0 | 0 / 0 / 0 / **1** | 2 |" in index
    assert "[other](interop/other.md) | 0 / 0 / 0 / **1** | – | 0 |" in index


def test_requirements_are_counted_by_what_was_found(tmp_path: Path, lists: Path) -> None:
    made = pages(tmp_path, lists, acme())
    assert "| Acme & friends | 1 | 1 | 1 | 0 | 2026-02-03 |" in made["interop.md"]
    assert (
        "Requirements: 1 hold, 1 meet a known deviation, 1 are violated, 0 are not testable" in made["interop/acme.md"]
    )


def test_a_page_names_versions_setup_and_what_was_missing(tmp_path: Path, lists: Path) -> None:
    page = pages(tmp_path, lists, acme())["interop/acme.md"]
    assert "Software: acmed 4.1-2. Run of 2026-02-03, 12 s." in page
    assert "As it comes, with `quota`." in page
    assert "Skipped, because not advertised: QRESYNC." in page
    assert "- **MOVE** loses mail." in page


def test_each_deviation_has_sentence_wire_and_the_number_of_its_cases(tmp_path: Path, lists: Path) -> None:
    page = pages(tmp_path, lists, acme())["interop/acme.md"]
    own = page.partition("## Acme's deviations")[2].partition("## Friend's deviations")[0]
    assert "### MOVE forgets \\| flags" in own
    assert 'RFC 9051 section 6.4.8: "flags SHOULD be preserved"' in own
    assert "```\nC: a MOVE 1 box\nS: a OK\n```" in own
    assert "(https://www.rfc-editor.org/rfc/rfc9051#section-6.4.8), `imap/x.py::test_b`. Met by 2 cases" in own
    assert "Met by 0 cases" in page.partition("## Friend's deviations")[2]


def test_a_failure_without_an_explanation_is_shown_and_cannot_break_the_page(tmp_path: Path, lists: Path) -> None:
    page = pages(tmp_path, lists, acme())["interop/acme.md"]
    assert "| `smtp/x.py::test_f` | fail | it said \\<b\\>no\\</b\\> \\| never |" in page


def test_what_two_servers_break_is_told(tmp_path: Path, lists: Path) -> None:
    index = pages(tmp_path, lists, acme(), other())["interop.md"]
    shared = index.partition("## What more than one server breaks")[2]
    assert MOVE in shared
    assert "Acme & friends, other" in shared
    assert MAIL not in shared
    assert "## What more than one server breaks" not in pages(tmp_path, lists, acme())["interop.md"]


def test_a_bare_results_file_will_do(tmp_path: Path, lists: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interop.write_pages, "__defaults__", (lists,))
    write_results(acme(), tmp_path / "run")
    write_run(other(), tmp_path / "second")
    arguments = [tmp_path / "run" / "results.json", tmp_path / "second", "--docs", tmp_path / "docs" / "interop"]
    result = CliRunner().invoke(interop.main, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output
    page = (tmp_path / "docs" / "interop" / "acme.md").read_text()
    assert "| imap | 1 | 2 | 2 | 0 | 0 |" in page
    assert "Met by 2 cases" in page
    assert "Software: not told by the run" in page


def test_a_folder_that_is_no_run_is_told_in_one_line(tmp_path: Path) -> None:
    result = CliRunner().invoke(interop.main, [str(tmp_path / "absent"), "--docs", str(tmp_path / "docs")])
    assert result.exit_code == 2
    assert "no such file or folder" in result.output
    assert not (tmp_path / "docs").exists()


def test_a_target_whose_name_is_a_path_gets_no_page(tmp_path: Path, lists: Path) -> None:
    run = acme()
    run.target = "../../etc/acme"
    with pytest.raises(ConfigError, match="cannot be a page's"):
        pages(tmp_path, lists, run)


def test_a_run_without_its_list_is_judged_by_the_list(tmp_path: Path, lists: Path) -> None:
    run = acme()
    run.cases.append(case("imap/x.py::test_g", Verdict.FAIL, "flags", MOVE))
    run.cases.append(case("imap/x.py::test_h", Verdict.FAIL, "flags, and more", MOVE, NOOP))
    made = pages(tmp_path, lists, run)
    assert "| imap | 1 | 3 | 2 | 1 | 0 |" in made["interop/acme.md"]
    assert "Met by 3 cases" in made["interop/acme.md"]
    unexplained = made["interop/acme.md"].partition("## Not explained")[2].partition("## Acme")[0]
    assert "test_h" in unexplained
    assert "test_g" not in unexplained
