"""`mailproof prove`: what counts as caught, and what is told when nothing could be found out."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailproof_suites import proving
from mailproof_suites.control.reference import COMMAND, ReferenceServerError
from mailproof_suites.proving import Outcome, ProvingError, SeededDefect, prove, seeded_defects, sound
from mailproof_suites.requirements import catalogue
from mailproof_suites.verdicts import CaseResult, Level, RequirementRow, RowState, Run, Verdict

NAMED, OTHER = itertools.islice(catalogue(), 2)
DEFECT = SeededDefect("imap_example", (NAMED,), "an example")


def run_of(verdict: Verdict, *violated: str) -> Run:
    """A run of one case with this verdict, in which these requirements were found violated."""
    rows = [
        RequirementRow(id=each, source="", section="", level=Level.MUST, text="", state=RowState.FAIL)
        for each in violated
    ]
    return Run(target="", started="", seconds=0.0, cases=[CaseResult(id="case", verdict=verdict)], requirements=rows)


@pytest.mark.parametrize(
    ("run", "outcome"),
    [
        (run_of(Verdict.FAIL, NAMED), Outcome.CAUGHT),
        (run_of(Verdict.FAIL, OTHER, NAMED), Outcome.CAUGHT),
        (run_of(Verdict.FAIL, OTHER), Outcome.ACCIDENT),
        (run_of(Verdict.PASS), Outcome.ESCAPED),
        (run_of(Verdict.ERROR), Outcome.BROKEN),
    ],
)
def test_only_a_violation_of_its_own_requirement_catches_a_defect(
    monkeypatch: pytest.MonkeyPatch, run: Run, outcome: Outcome
) -> None:
    monkeypatch.setattr(proving, "_run", lambda *_arguments, **_options: run)
    (proof,) = prove([DEFECT], 1)
    assert proof.outcome is outcome
    assert proof.lines()[0].startswith(outcome)


def test_each_red_case_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proving, "_run", lambda *_arguments, **_options: run_of(Verdict.FAIL, NAMED))
    (proof,) = prove([DEFECT], 1)
    assert proof.lines()[1:] == ["    case"]


def test_a_server_that_does_not_start_is_no_verdict_and_the_next_defect_is_proven(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Broken:
        def __init__(self, _folder: Path, options: tuple[str, ...]) -> None:
            self.options = options

        def __enter__(self) -> Path:
            raise ReferenceServerError(f"it ended: {' '.join(self.options)}")

        def __exit__(self, *_trace: object) -> None:
            raise AssertionError("never entered")

    monkeypatch.setattr(proving, "ReferenceServer", Broken)
    proofs = list(prove([DEFECT, SeededDefect("imap_another", (NAMED,), "another")], 1))
    assert [proof.outcome for proof in proofs] == [Outcome.BROKEN, Outcome.BROKEN]
    assert [proof.detail for proof in proofs] == [
        f"it ended: --defect {name}" for name in ("imap_example", "imap_another")
    ]


def test_a_run_without_results_tells_what_it_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Standing:
        def __init__(self, folder: Path, _options: tuple[str, ...]) -> None:
            self.folder = folder

        def __enter__(self) -> Path:
            return self.folder / "there-is-no-such-profile.toml"

        def __exit__(self, *_trace: object) -> None:
            pass

    monkeypatch.setattr(proving, "ReferenceServer", Standing)
    with pytest.raises(ProvingError, match=r"there-is-no-such-profile\.toml"):
        sound([DEFECT], tmp_path, 1)


def test_what_is_red_without_a_defect_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    verdicts: Iterator[Verdict] = iter((Verdict.FAIL, Verdict.ERROR, Verdict.PASS))
    monkeypatch.setattr(proving, "_run", lambda *_arguments, **_options: run_of(next(verdicts)))
    assert [sound([DEFECT], tmp_path, 1) for _ in range(3)] == [["case"], ["case"], []]


def test_the_server_knows_its_defects_and_each_breaks_what_the_catalogue_has() -> None:
    defects = seeded_defects()
    assert len(defects) >= 120
    assert seeded_defects([defects[3].name]) == [defects[3]]
    with pytest.raises(ProvingError, match="no seeded defect is called nobody"):
        seeded_defects(["nobody"])


def test_a_server_that_cannot_tell_its_defects_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proving, "COMMAND", (COMMAND[0], "-c", "raise SystemExit('broken')"))
    with pytest.raises(ProvingError, match="broken"):
        seeded_defects()
