"""report.html: one file that loads nothing, shows everything, and lets nothing out of its text."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailproof_suites.reporting.html import WIRE_BUDGET, html_of, write_html
from mailproof_suites.reporting.page.render import FOLDER, embedded_json
from mailproof_suites.reporting.text import visible
from mailproof_suites.verdicts import CaseResult, RequirementRow, RowState, Run, Step, Verdict


class Page(HTMLParser):
    """What a browser's parser would find: elements, attributes, text, and the bodies of scripts."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.styles: list[str] = []
        self.words: list[str] = []
        self._inside = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._inside = tag if tag in ("script", "style") else self._inside
        if tag in ("script", "style"):
            (self.scripts if tag == "script" else self.styles).append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "script":
            self.scripts[-1] += data
        elif self._inside == "style":
            self.styles[-1] += data
        else:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def data(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """The two JSON blocks."""
        return json.loads(self.scripts[1]), json.loads(self.scripts[2])


def assert_nothing_got_out(page: Page) -> None:
    """Every element is one of the template's, and none has a handler or a foreign address."""
    assert [attributes.get("type") for tag, attributes in page.tags if tag == "script"] == [
        None, "application/json", "application/json", None,
    ]  # fmt: skip
    allowed = set(
        re.findall(
            r"<([a-z][a-z0-9]*)", (FOLDER / "report.html.j2").read_text() + (FOLDER / "base.html.j2").read_text()
        )
    )
    for tag, attributes in page.tags:
        assert tag in allowed
        for name, value in attributes.items():
            assert not name.startswith("on")
            if name in ("href", "src"):
                assert re.match(r"#|data:image/svg\+xml,", value or "")


def test_the_page_says_what_matters_without_a_script(golden_run: Run) -> None:
    page = Page(html_of(golden_run))
    assert ("title", {}) in page.tags
    assert "acme violates 2 requirements of the 6 that were tested (2 MUST)" in page.text
    assert (
        "the COPYUID of a move names the old UID: expected a UID above 1511 in the destination , got UID 7" in page.text
    )
    assert "24 November 2026, 15:04 +0100" in page.text
    assert "41.2 s" in page.text
    assert "the load balancer still takes TLS 1.1 (ticket 4711)" in page.text
    for words in (
        "1 not testable on this target",
        "1 with no case yet",
        "1 untestable from outside",
        "2 left out of this run",
    ):
        assert words in page.text
    assert "localhost:1993" in page.text


def test_the_table_has_every_requirement_and_case(golden_run: Run) -> None:
    index, wires = Page(html_of(golden_run)).data()
    assert {row["id"] for row in index["requirements"]} == {row.id for row in golden_run.requirements}
    assert [case["id"] for case in index["cases"]] == [case.id for case in golden_run.cases]
    by_id = {row["id"]: row for row in index["requirements"]}
    assert by_id["RFC9051:6.4.8-3"]["cases"] == [0]
    assert by_id["RFC9051:6.4.8-3"]["url"] == "https://www.rfc-editor.org/rfc/rfc9051#section-6.4.8"
    assert by_id["RFC9051:7-1"]["checks"] == 4711
    assert by_id["RFC9051:11-1"]["area"] == "imap"
    case = index["cases"][0]
    assert (case["expected"], case["actual"]) == (golden_run.cases[0].expected, golden_run.cases[0].actual)
    assert case["steps"] == [["append", "pass", ""], ["move", "fail", "old UID"]]
    assert wires["0"][4] == [">", "alice", "0.012", 'A2 UID MOVE 7 "mp-4f1c Archive"']
    assert list(index["areas"]) == ["tls", "imap", "smtp"]


def test_hostile_data_stays_data(golden_run: Run) -> None:
    text = html_of(golden_run)
    page = Page(text)
    assert_nothing_got_out(page)
    index, wires = page.data()
    assert index["cases"][1]["actual"].startswith("</script><!-- \\x00 \\x1b[31m \\u202eevil\\u2066 \\x80 \\ufffe")
    assert wires["1"][0][3].startswith("* OK </script><!-- \\x00")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe]", text)


MARKUP = st.sampled_from(
    ["</script>", "<script>", "<!--", "-->", "]]>", "{{ 7*7 }}", "{% raw %}", "<img src=x onerror=x>", "javascript:x"]
)
CHARACTERS = st.sampled_from([*"<>&\"'`\\\x00\r\n\t\u2028\u202e\ufffeé😀", "\ud800", "\udc80", "&lt;", "\\u003c"])
HOSTILE_TEXT = st.lists(MARKUP | CHARACTERS | st.text(max_size=3), max_size=6).map("".join)


@settings(max_examples=60, deadline=None)
@given(HOSTILE_TEXT, st.sampled_from(list(Verdict)), st.sampled_from(list(RowState)))
def test_no_text_escapes_its_place(text: str, verdict: Verdict, state: RowState) -> None:
    case = CaseResult(
        id=text, title=text, requirements=[text], area=text, verdict=verdict, message=text, expected=text, actual=text,
        detail=text, violated=[text], transcript=f"    0.001 a < {text}\n", notes=[text], worker=text,
        steps=[Step(name=text, message=text)],
    )  # fmt: skip
    row = RequirementRow(
        id=text, source=text, section=text, level=case.level, text=text, state=state, detail=text, cases=[text]
    )
    run = Run(
        target=text,
        started=text,
        seconds=1.0,
        cases=[case],
        requirements=[row],
        environment={text: text},
        unreachable=text,
    )
    page = Page(html_of(run))
    assert_nothing_got_out(page)
    index, _ = page.data()
    assert index["cases"][0]["actual"] == visible(text)


def test_json_inside_a_page_has_no_markup() -> None:
    value = {"</script>": "<!--&\u2028 é \\"}
    text = embedded_json(value)
    assert not re.search("[<>&]", text)
    assert json.loads(text) == value


def test_the_policy_lets_only_our_own_code_run(golden_run: Run) -> None:
    page = Page(html_of(golden_run))
    policy = next(a["content"] for tag, a in page.tags if a.get("http-equiv") == "Content-Security-Policy") or ""
    assert policy.startswith("default-src 'none'; img-src data:;")
    assert "unsafe" not in policy
    for code in (page.scripts[0], page.scripts[3], page.styles[0]):
        assert "'sha256-" + base64.b64encode(hashlib.sha256(code.encode()).digest()).decode() + "'" in policy
    assert not any("style" in attributes for _, attributes in page.tags)


@pytest.mark.parametrize("name", ["report.js", "theme.js", "report.css"])
def test_our_own_code_fetches_nothing_and_writes_no_markup(name: str) -> None:
    code = (FOLDER / name).read_text(encoding="utf-8")
    for word in ("innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval(", "fetch(", "XMLHttp", "import ",
                 "@import", "url(", "http:", "https:", "</"):  # fmt: skip
        assert word not in code


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance of `#rrggbb`."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def themes() -> dict[str, dict[str, str]]:
    """Theme -> token -> colour, as the style sheet declares them."""
    style = (FOLDER / "report.css").read_text(encoding="utf-8")
    blocks = re.findall(r":root(\[data-theme=\"dark\"\])? \{(.*?)\n\}", style, re.DOTALL)
    return {
        "dark" if dark else "light": dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", body)) for dark, body in blocks[:2]
    }


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_keeps_its_contrast(theme: str) -> None:
    tokens = themes()[theme]
    papers = [tokens[name] for name in ("bg", "surface", "sunk")]
    pairs = [
        (tokens[ink], paper)
        for ink in ("ink", "muted", "accent", "sent", "received", "remark", "fail", "error")
        for paper in papers
    ]
    pairs += [(tokens[name], tokens[f"{name}-bg"]) for name in ("pass", "fail", "error", "known", "skip", "open")]
    pairs += [(tokens["ink"], tokens["mark"]), (tokens["surface"], tokens["ink"])]
    assert [(pair, contrast(*pair)) for pair in pairs if contrast(*pair) < 4.5] == []


def test_wire_logs_of_failures_are_never_left_out(make_run: Callable[..., Run]) -> None:
    run = make_run(**{f"p{n}": "pass" for n in range(60)}, f="fail")
    for case in run.cases:
        case.transcript = "    0.001 a > NOOP\n" * 6000
    index, wires = Page(html_of(run)).data()
    kept = [case["wire"] for case in index["cases"]]
    assert kept[-1] == 1
    assert kept[0] == 1
    assert 2 in kept
    assert str(len(kept) - 1) in wires
    assert (
        sum(len(case.transcript) for case, wire in zip(run.cases, kept, strict=True) if wire == 1)
        < WIRE_BUDGET + 120_000
    )


def test_two_thousand_cases_stay_a_file_that_opens(make_run: Callable[..., Run]) -> None:
    run = make_run(**{f"case{n}": "pass" for n in range(2000)})
    for case in run.cases:
        case.transcript = "    0.001 alice > A1 NOOP\n" * 40
    assert len(html_of(run)) < 8_000_000


CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture
def open_page(tmp_path: Path) -> Callable[[Run, str], Page]:
    """The page as a browser has it after its scripts ran, opened from a file with this hash."""

    def opened(run: Run, fragment: str) -> Page:
        path = write_html(run, tmp_path)
        switches = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        switches += [f"--user-data-dir={tmp_path / 'profile'}", "--virtual-time-budget=3000", "--dump-dom"]
        command = [str(CHROMIUM), *switches, f"{path.as_uri()}#{fragment}"]
        done = subprocess.run(command, capture_output=True, timeout=60, check=True)
        return Page(done.stdout.decode("utf-8"))

    return opened


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_a_browser_filters_by_the_hash(golden_run: Run, open_page: Callable[[Run, str], Page]) -> None:
    page = open_page(golden_run, "view=cases&verdict=skip,known")
    assert "2 cases match." in page.text
    assert "CONDSTORE is not advertised" in page.text
    rows = [
        attributes
        for tag, attributes in page.tags
        if tag == "div" and (attributes.get("class") or "").startswith("row")
    ]
    assert len(rows) == 2


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_a_browser_opens_the_case_that_the_hash_names(golden_run: Run, open_page: Callable[[Run, str], Page]) -> None:
    page = open_page(golden_run, "case=imap%2Frfc9051%2Ftest_2_2_1_hostile.py%3A%3Atest_text%5Bnul%5D")
    assert "Wire log" in page.text
    assert "* OK </script><!-- \\x00 \\x1b[31m" in page.text
    assert not [tag for tag, _ in page.tags if tag == "img"]
    assert not re.search(r"\b(false|null|undefined|NaN|\[object)\b", page.text)


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_a_browser_opens_a_requirement_with_its_only_case(
    golden_run: Run, open_page: Callable[[Run, str], Page]
) -> None:
    page = open_page(golden_run, "req=RFC9051%3A6.4.8-3")
    assert "Expected a UID above 1511 in the destination Actual UID 7, the one that it had in the source" in page.text
    assert 'UID MOVE 7 "mp-4f1c Archive"' in page.text
    assert not re.search(r"\b(false|null|undefined|NaN|\[object)\b", page.text)
