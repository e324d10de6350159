"""Labels and links that Allure shows for a case: for our own result files, and for `pytest --alluredir`.

Both ways give one grouping: epic = area, feature = specification, story = section, severity = level, one `requirement`
label and one `tms` link per requirement id, so `--allure-label requirement=RFC9051:6.4.8-3` selects either way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from mailproof_suites.reporting.references import address, section_of, source_of
from mailproof_suites.verdicts import Level, RequirementRow, RowState

if TYPE_CHECKING:
    import pytest

    from mailproof_suites.requirements import Requirement

SEVERITIES = {Level.MUST: "critical", Level.SHOULD: "normal", Level.MAY: "minor"}


def labels_of(
    requirements: Iterable[str], area: str, level: Level, rows: dict[str, RequirementRow]
) -> list[tuple[str, str]]:
    """(name, value) of every label of a case, each pair once, in a fixed order."""
    ids = list(requirements)
    labels = [("epic", area)] if area else []
    labels += [("feature", source_of(name, rows)) for name in ids]
    labels += [("story", f"{source_of(name, rows)} §{section_of(name, rows)}") for name in ids]
    labels += [("severity", SEVERITIES[level])]
    labels += [("requirement", name) for name in ids]
    return list(dict.fromkeys(labels))


def link_of(requirement: str) -> str:
    """URL of a requirement's section, or a URN for a requirement without a public address (Allure wants some URL)."""
    return address(requirement) or f"urn:mailproof:requirement:{requirement}"


def apply(item: pytest.Item, requirements: Sequence[Requirement], *, area: str = "") -> None:
    """Give a collected pytest item the labels and links above, for `pytest --alluredir DIR`.

    `requirements` are the catalogue's rows that the case names. Uses allure-pytest's own markers, which exist only
    while that plugin is active; without it the call does nothing. Call it from a `tryfirst` collection hook, so that
    allure-pytest's selection (`--allure-label`) sees the labels.
    """
    plugins = item.config.pluginmanager
    if not (plugins.has_plugin("allure_pytest") or plugins.has_plugin("allure_pytest.plugin")):
        return
    import pytest

    rows = {row.id: row for row in requirements}
    known = {name: _as_row(row) for name, row in rows.items()}
    level = max((row.level for row in requirements), key=lambda level: level.weight, default=Level.MUST)
    for name, value in labels_of(rows, area, level, known):
        item.add_marker(pytest.mark.allure_label(value, label_type=name))
    for name in rows:
        item.add_marker(pytest.mark.allure_link(link_of(name), link_type="tms", name=name))


def _as_row(requirement: Requirement) -> RequirementRow:
    return RequirementRow(
        id=requirement.id,
        source=requirement.source,
        section=requirement.section,
        level=requirement.level,
        text=requirement.text,
        state=RowState.NOT_RUN,
    )
