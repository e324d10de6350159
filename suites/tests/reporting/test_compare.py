"""`mailproof compare`: what the second run breaks, mends and lacks, and the exit status that a CI job acts on."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mailproof_suites.reporting.compare import Comparison, compare, render_text
from mailproof_suites.verdicts import Run

MakeRun = Callable[..., Run]
KINDS = ("broken", "mended", "lacking", "new", "changed")


def kind_of(comparison: Comparison) -> str:
    """The one list that is not empty, or "same"."""
    filled = [kind for kind in KINDS if getattr(comparison, kind)]
    assert len(filled) + comparison.same == 1
    return filled[0] if filled else "same"


# The table in the module's docstring: a row per verdict in A, a column per verdict in B.
COLUMNS = ("pass", "known", "fail", "error", "skip", "absent")
TABLE = {
    "pass": ("same", "broken", "broken", "broken", "lacking", "lacking"),
    "known": ("mended", "same", "changed", "changed", "changed", "lacking"),
    "fail": ("mended", "changed", "same", "changed", "changed", "changed"),
    "error": ("mended", "changed", "changed", "same", "changed", "changed"),
    "skip": ("new", "changed", "broken", "broken", "same", "changed"),
    "absent": ("new", "new", "new", "new", "new", None),
}
CELLS = [(a, b, kind) for a, row in TABLE.items() for b, kind in zip(COLUMNS, row, strict=True) if kind]


@pytest.mark.parametrize(("before", "after", "kind"), CELLS)
def test_each_pair_of_verdicts_has_its_list(make_run: MakeRun, before: str, after: str, kind: str) -> None:
    a = make_run(**({} if before == "absent" else {"x": before}))
    b = make_run(**({} if after == "absent" else {"x": after}))
    comparison = compare(a, b)
    assert kind_of(comparison) == kind
    assert comparison.exit_status == (1 if kind in ("broken", "lacking") else 0)


def test_the_same_run_twice_loses_nothing(golden_run: Run) -> None:
    comparison = compare(golden_run, golden_run)
    assert comparison.same == len(golden_run.cases)
    assert comparison.exit_status == 0
    text = render_text(comparison, golden_run, golden_run)
    assert text.endswith("Nothing is lost: 6 the same.\n")


def test_the_text_names_cases_requirements_and_reasons(make_run: MakeRun) -> None:
    a, b = make_run(one="pass", two="fail", three="pass"), make_run(one="fail", two="pass")
    b.cases[0].message = "wrong\nsize \x1b[31m"
    text = render_text(compare(a, b), a, b)
    assert "A: acme, 2026-11-24T15:04:05+01:00: 2 pass, 1 fail" in text
    assert "Broken: held before, or was not claimed, and is violated now (1)" in text
    assert "    pass → fail   RFC9051:1-1 (one) — wrong size \\x1b[31m\n" in text
    assert "    fail → pass   RFC9051:1-2 (two)\n" in text
    assert "    pass → absent RFC9051:1-3 (three) — why\n" in text
    assert text.endswith("Something is lost: 1 broken, 1 lacking, 1 mended, 0 the same.\n")


def test_a_long_list_is_cut_and_counted(make_run: MakeRun) -> None:
    a = make_run(**{f"case{number}": "pass" for number in range(30)})
    b = make_run(**{f"case{number}": "fail" for number in range(30)})
    text = render_text(compare(a, b), a, b, limit=5)
    assert text.count(" → ") == 5
    assert "  … and 25 more\n" in text


def test_a_run_that_did_not_end_says_why_cases_lack(make_run: MakeRun) -> None:
    a, b = make_run(one="pass"), make_run()
    b.interrupted = True
    assert "B did not run to its end (it was interrupted)" in render_text(compare(a, b), a, b)
    b.unreachable = "refused"
    assert "its target could not be reached" in render_text(compare(a, b), a, b)
