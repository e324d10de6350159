"""The matrix of several runs: who holds what, and what nobody verified."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest

from mailproof_suites.reporting.matrix import main, matrix_html, write_matrix
from mailproof_suites.reporting.results import write_run
from mailproof_suites.verdicts import RowState, Run


def text_of(page: str) -> str:
    body = page.partition("<main")[2]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def test_a_requirement_has_a_cell_per_target(make_run: Callable[..., Run]) -> None:
    a, b = make_run(x="pass", y="fail"), make_run(x="fail", y="fail", z="skip")
    b.target = "other"
    text = text_of(matrix_html([a, b]))
    assert "3 requirements, 1 on which the targets differ (marked at the left)." in text
    assert "acme 2026-11-24 1 held 1 violated 1 unverified" in text
    assert "other 2026-11-24 0 held 2 violated 1 unverified" in text
    assert "RFC9051:1-1 MUST pass fail" in text
    assert "RFC9051:1-2 MUST fail fail" in text
    assert "RFC9051:1-3 MUST not in this run skip" in text


def test_what_nobody_verified_is_counted(golden_run: Run) -> None:
    text = text_of(matrix_html([golden_run, golden_run]))
    open_rows = sum(
        row.state in (RowState.NO_CASE, RowState.UNTESTABLE, RowState.NOT_RUN) for row in golden_run.requirements
    )
    assert open_rows == 4
    assert "4 requirements that none of these runs tried to verify." in text


def test_hostile_text_stays_text(golden_run: Run, tmp_path: Path) -> None:
    page = write_matrix([golden_run], tmp_path / "matrix.html").read_text(encoding="utf-8")
    assert page.count("<script") == 1
    assert "<img" not in page
    assert "\u202e" not in page
    assert "default-src 'none'" in page


def test_no_run_is_no_matrix() -> None:
    with pytest.raises(ValueError, match="at least one run"):
        matrix_html([])


def test_the_command_writes_the_page(golden_run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_run(golden_run, tmp_path / "a")
    out = tmp_path / "matrix.html"
    assert main([str(tmp_path / "a"), str(tmp_path / "a" / "run.json"), "--output", str(out)]) == 0
    assert out.is_file()
    assert capsys.readouterr().out == f"{out}\n"
    assert main([str(tmp_path / "nowhere")]) == 2
    assert capsys.readouterr().err == f"{tmp_path / 'nowhere'}: no such file or folder\n"
