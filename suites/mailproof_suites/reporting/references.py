"""Where a requirement stands: the public address of its section, and its place in the table of a report.

Ids have two forms (verdicts.RequirementRow): `RFC9051:6.4.8-3` is sentence 3 of a section, `NET-02` a row of FEATURES.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict

from mailproof_suites.verdicts import CaseResult, RequirementRow, Run

_RFC_ID = re.compile(
    r"RFC ?-?(?P<number>\d{1,5})(?:[:\-](?P<section>[A-Za-z]?\d*(?:\.\d+)*)(?:-\S+)?)?$", re.IGNORECASE
)
_NUMBERED_SECTION = re.compile(r"\d+(?:\.\d+)*$")
_APPENDIX = re.compile(r"[A-Za-z](?:\.\d+)*$")
_NATURAL = re.compile(r"(\d+)")

OTHER_AREA = "other"
"""The area of a requirement that no case of the run names and whose source has no case in it either."""


def address(requirement: str) -> str:
    """URL of the section that a requirement id names, or "" where the source has no address that can be computed."""
    match = _RFC_ID.match(requirement)
    if match is None:
        return ""
    section = match["section"] or ""
    fragment = ""
    if _NUMBERED_SECTION.match(section):
        fragment = f"#section-{section}"
    elif _APPENDIX.match(section):
        fragment = f"#appendix-{section.upper()}"
    return f"https://www.rfc-editor.org/rfc/rfc{int(match['number'])}{fragment}"


def source_of(requirement: str, rows: dict[str, RequirementRow]) -> str:
    """Name of the document, `RFC 9051` or `FEATURES`; told from the id when the run has no row for it."""
    if requirement in rows:
        return rows[requirement].source
    match = _RFC_ID.match(requirement)
    if match is not None:
        return f"RFC {int(match['number'])}"
    return requirement.partition(":")[0] if ":" in requirement else "FEATURES"


def section_of(requirement: str, rows: dict[str, RequirementRow]) -> str:
    """Section number or chapter; told from the id when the run has no row for it."""
    if requirement in rows:
        return rows[requirement].section
    tail = requirement.partition(":")[2]
    return tail.rpartition("-")[0] or tail or requirement.partition("-")[0]


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """A sort key that puts section 6.4.10 after 6.4.9."""
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in _NATURAL.split(text) if part)


def areas_of_requirements(run: Run) -> dict[str, str]:
    """Requirement id -> area: where most of its cases are; without cases, where most cases of its source are."""
    by_requirement: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for case in run.cases:
        for requirement in {*case.requirements, *case.violated}:
            by_requirement[requirement][case.area] += 1
    by_source: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in run.requirements:
        if row.source != "FEATURES":  # its rows cross every area, so a neighbour's area says nothing
            by_source[row.source].update(by_requirement.get(row.id, {}))
    areas: dict[str, str] = {}
    for row in run.requirements:
        votes = by_requirement.get(row.id) or by_source.get(row.source)
        areas[row.id] = votes.most_common(1)[0][0] if votes else OTHER_AREA
    for requirement, votes in by_requirement.items():
        areas.setdefault(requirement, votes.most_common(1)[0][0])
    return areas


def blamed(case: CaseResult) -> list[str]:
    """The requirements that a failed case says are violated: those its violation names, else all that it proves."""
    return list(dict.fromkeys(case.violated or case.requirements))
