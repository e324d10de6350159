"""junit.xml is what CI systems expect, and legal XML whatever a server sent."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st

from mailproof_suites.reporting.junit import junit_of, write_junit
from mailproof_suites.verdicts import CaseResult, Run, Verdict


def cases_of(root: ElementTree.Element) -> dict[str, ElementTree.Element]:
    return {str(case.get("name")): case for case in root.iter("testcase")}


def test_a_golden_run_reads_back(golden_run: Run, tmp_path: Path) -> None:
    root = ElementTree.parse(write_junit(golden_run, tmp_path)).getroot()  # noqa: S314 - our own XML
    assert root.tag == "testsuites"
    assert {name: root.get(name) for name in ("name", "tests", "failures", "errors", "skipped")} == {
        "name": "mailproof: acme", "tests": "6", "failures": "2", "errors": "1", "skipped": "2",
    }  # fmt: skip
    assert [suite.get("name") for suite in root] == ["imap", "smtp", "tls"]
    case = cases_of(root)["test_moved_messages_get_new_uids"]
    assert case.get("classname") == "imap.rfc9051.test_6_4_8_move"
    properties = [(entry.get("name"), entry.get("value")) for entry in case.iter("property")]
    assert properties == [
        ("requirement", "RFC9051:6.4.8-3"),
        ("requirement", "NET-02"),
        ("violated", "RFC9051:6.4.8-3"),
        ("level", "must"),
        ("verdict", "fail"),
    ]
    failure = case.find("failure")
    assert failure is not None
    assert failure.get("message") == "the COPYUID of a move names the old UID"
    assert "expected: a UID above 1511 in the destination" in (failure.text or "")
    assert "actual:   UID 7" in (failure.text or "")
    assert 'UID MOVE 7 "mp-4f1c Archive"' in (case.findtext("system-out") or "")


def test_each_verdict_has_its_element(golden_run: Run) -> None:
    cases = cases_of(junit_of(golden_run))
    assert [child.tag for child in cases["test_dot"]] == ["properties"]
    error = cases["test_line"].find("error")
    assert error is not None
    assert error.get("message") == "KeyError: 'bob'"
    skipped = cases["test_condstore"].find("skipped")
    assert skipped is not None
    assert skipped.get("message") == "CONDSTORE is not advertised"
    known = cases["test_tls_1_1_is_refused"].find("skipped")
    assert known is not None
    assert known.get("message") == "known deviation: the load balancer still takes TLS 1.1 (ticket 4711)"


def test_the_counts_of_suites_add_up(golden_run: Run) -> None:
    root = junit_of(golden_run)
    for name in ("tests", "failures", "errors", "skipped"):
        assert sum(int(suite.get(name, "")) for suite in root) == int(root.get(name, ""))


def test_hostile_text_stays_text(golden_run: Run) -> None:
    case = cases_of(ElementTree.fromstring(ElementTree.tostring(junit_of(golden_run))))["test_text[nul]"]  # noqa: S314 - our own XML
    failure = case.find("failure")
    assert failure is not None
    assert "</script><!-- \\x00 \\x1b[31m \\u202eevil\\u2066 \\x80 \\ufffe ]]>" in (failure.text or "")
    assert {child.tag for child in case} == {"properties", "failure", "system-out"}


@settings(max_examples=60)
@given(st.text(st.characters(exclude_categories=[])), st.sampled_from(list(Verdict)))
def test_any_text_gives_legal_xml(text: str, verdict: Verdict) -> None:
    case = CaseResult(
        id=f"a.py::{text}", title=text, requirements=[text], area=text, verdict=verdict, message=text, expected=text,
        actual=text, detail=text, transcript=text, notes=[text], violated=[text],
    )  # fmt: skip
    run = Run(target=text, started=text, seconds=1.0, cases=[case])
    root = ElementTree.fromstring(ElementTree.tostring(junit_of(run), encoding="utf-8"))  # noqa: S314 - our own XML
    assert root.get("tests") == "1"


def test_a_huge_wire_log_is_cut() -> None:
    case = CaseResult(id="a.py::b", verdict=Verdict.FAIL, transcript="    0.001 a > NOOP\n" * 100_000)
    out = junit_of(Run(target="x", started="", seconds=1.0, cases=[case])).find(".//system-out")
    assert out is not None
    assert out.text is not None
    assert len(out.text) < 210_000
    assert "characters left out; run.json has them" in out.text
