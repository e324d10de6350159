"""The requirements of a run, those included that its cases name and its catalogue does not.

A results.json alone has no requirement rows, and a case may name an id of a newer catalogue: a report still shows it.
"""

from __future__ import annotations

from mailproof_suites.reporting.references import section_of, source_of
from mailproof_suites.verdicts import CaseResult, RequirementRow, RowState, Run, Verdict

_WORST_FIRST = (Verdict.FAIL, Verdict.ERROR, Verdict.KNOWN, Verdict.PASS, Verdict.SKIP)


def all_rows(run: Run) -> list[RequirementRow]:
    """The run's rows, followed by one for each id that only cases name, its state the worst of its cases."""
    known = {row.id for row in run.requirements}
    strangers: dict[str, list[CaseResult]] = {}
    for case in run.cases:
        for name in dict.fromkeys([*case.requirements, *case.violated]):
            if name not in known:
                strangers.setdefault(name, []).append(case)
    return [*run.requirements, *(_row(name, cases) for name, cases in strangers.items())]


def _row(name: str, cases: list[CaseResult]) -> RequirementRow:
    verdicts = {case.verdict for case in cases}
    worst = next(verdict for verdict in _WORST_FIRST if verdict in verdicts)
    return RequirementRow(
        id=name,
        source=source_of(name, {}),
        section=section_of(name, {}),
        level=max((case.level for case in cases), key=lambda level: level.weight),
        text="",
        state=RowState(worst.value),
        detail=next((case.message for case in cases if case.verdict is worst), ""),
        cases=[case.id for case in cases],
    )
