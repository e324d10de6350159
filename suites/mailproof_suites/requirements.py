"""The catalogue of requirements: what a target must, should or may do, each with an id (ARCHITECTURE §4, "A case", 1).

Every folder of a specification holds a `requirements.toml`:

    [[requirement]]
    id = "RFC9051:6.4.8-3"      # specification, section, running number within the section
    section = "6.4.8"
    level = "must"              # must | should | may
    text = "…"                  # in our own words
    scope = "server"            # the only scope judged today
    verify = "case"             # case | monitor | untestable (then `reason` is required)

`features.toml` beside this file adds the rows of the feature list (`NET-02`), which count as `must`.
A wrong catalogue is our own mistake, so it is never tolerated: every problem names its file and id.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest

from mailproof_suites.verdicts import Level

PACKAGE = Path(__file__).resolve().parent
FEATURES = "FEATURES"
VERIFICATIONS = ("case", "monitor", "untestable")
_KEYS = {"id", "section", "level", "text", "scope", "verify", "reason"}
_FEATURE_KEYS = {"id", "title", "chapter", "verify", "reason"}
_ID = re.compile(r"(?P<spec>RFC\d+|MS-[A-Z0-9]+|[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*):(?P<section>[0-9A-Za-z.]+)-\d+")
_FEATURE_ID = re.compile(r"[A-Z][A-Z0-9]*-\d\d")


class CatalogueError(Exception):
    """A `requirements.toml` or `features.toml` is wrong; the message names the file and the id."""


class Requirement(msgspec.Struct, frozen=True, kw_only=True):
    """One statement about a target that a case or a monitor can hold against it."""

    id: str
    source: str
    """`RFC 9051`, `MS-ASCMD`, or `FEATURES`."""
    section: str
    """Section number, or the chapter's title in FEATURES."""
    level: Level
    text: str
    scope: str = "server"
    verify: str = "case"
    reason: str = ""


def requirement(*ids: str) -> pytest.MarkDecorator:
    """Mark a case with the ids that it proves: `@requirement("RFC9051:6.4.8-3", "MAIL-07")`.

    An id that the catalogue lacks makes the case's file a collection error.
    """
    return pytest.mark.requirement(*ids)


@cache
def catalogue() -> dict[str, Requirement]:
    """Every requirement of every specification folder and every row of FEATURES, by id.

    Raises CatalogueError for a duplicate id, an unknown key, a bad level, an id that does not fit its folder.
    """
    return load_catalogue(PACKAGE)


def load_catalogue(root: Path) -> dict[str, Requirement]:
    """The catalogue below `root` (see `catalogue`); for tests, which bring folders of their own."""
    rows: dict[str, Requirement] = {}
    origin: dict[str, Path] = {}
    files = [*sorted(root.rglob("requirements.toml")), root / "features.toml"]
    for path in files:
        for row in _features(path) if path.name == "features.toml" else _requirements(path):
            if row.id in rows:
                raise CatalogueError(f"{path}: {row.id}: this id stands in {origin[row.id]} already")
            rows[row.id] = row
            origin[row.id] = path
    return rows


def highest_level(ids: list[str]) -> Level:
    """The strongest level among these catalogue ids; `must` where none is known."""
    known = [catalogue()[i].level for i in ids if i in catalogue()]
    return max(known, key=lambda level: level.weight, default=Level.MUST)


def _tables(path: Path, key: str, allowed: set[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise CatalogueError(f"{path}: {problem}") from problem
    if unknown := document.keys() - {key}:
        raise CatalogueError(f"{path}: unknown key {min(unknown)!r}; only [[{key}]] tables belong here")
    for number, table in enumerate(document.get(key, []), start=1):
        name = str(table.get("id", f"{key} number {number}"))
        if unknown := table.keys() - allowed:
            raise CatalogueError(f"{path}: {name}: unknown key {min(unknown)!r}")
        if wrong := [k for k, v in table.items() if not isinstance(v, str) or not v.strip()]:
            raise CatalogueError(f"{path}: {name}: {wrong[0]} must be a text that is not empty")
        verify = table.setdefault("verify", "case")
        if verify not in VERIFICATIONS:
            raise CatalogueError(f"{path}: {name}: verify {verify!r} is none of {', '.join(VERIFICATIONS)}")
        if verify == "untestable" and "reason" not in table:
            raise CatalogueError(f"{path}: {name}: an untestable requirement needs a reason")
        yield name, table


def _require(path: Path, name: str, table: dict[str, Any], keys: tuple[str, ...]) -> None:
    for key in keys:
        if key not in table:
            raise CatalogueError(f"{path}: {name}: {key} is missing")


def _requirements(path: Path) -> Iterator[Requirement]:
    spec = path.parent.name.upper().replace("_", "-")
    for name, table in _tables(path, "requirement", _KEYS):
        _require(path, name, table, ("id", "section", "level", "text"))
        form = _ID.fullmatch(name)
        if form is None:
            raise CatalogueError(f"{path}: {name}: an id reads like RFC9051:6.4.8-3")
        if form["spec"] != spec:
            raise CatalogueError(f"{path}: {name}: the folder is for {spec}")
        if form["section"] != table["section"]:
            raise CatalogueError(f"{path}: {name}: the id and section {table['section']!r} disagree")
        if table["level"] not in list(Level):
            raise CatalogueError(f"{path}: {name}: level {table['level']!r} is none of must, should, may")
        if table.get("scope", "server") != "server":
            raise CatalogueError(f"{path}: {name}: scope {table['scope']!r}; only 'server' can be judged")
        source = re.sub(r"^RFC(\d+)$", r"RFC \1", spec)
        yield Requirement(source=source, **{**table, "level": Level(table["level"])})


def _features(path: Path) -> Iterator[Requirement]:
    for name, table in _tables(path, "feature", _FEATURE_KEYS):
        _require(path, name, table, ("id", "title", "chapter"))
        if _FEATURE_ID.fullmatch(name) is None:
            raise CatalogueError(f"{path}: {name}: an id of a feature reads like NET-02")
        yield Requirement(
            id=name,
            source=FEATURES,
            section=table["chapter"],
            level=Level.MUST,
            text=table["title"],
            verify=table["verify"],
            reason=table.get("reason", ""),
        )
