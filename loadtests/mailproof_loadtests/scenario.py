"""A scenario: which users do what. Each is a file in `scenarios/`, and the folder is the registry."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mailproof_loadtests.users.base import CheckedUser

FOLDER = Path(__file__).parent / "scenarios"


@dataclass(frozen=True, slots=True)
class Scenario:
    """`users`: classes of users. What is asked without Locust stands in constants of the file: see `connections`."""

    users: tuple[type[CheckedUser], ...]


DEFAULT_CONNECTIONS = 3


def names() -> dict[str, str]:
    """Name → what it does. Read from the files' text: to import them needs Locust's own process."""
    return {path.stem: (ast.get_docstring(_tree(path.stem)) or "").splitlines()[0] for path in _files()}


def connections(name: str) -> int:
    """How many connections one user holds at most: the file's CONNECTIONS, or three (two, and one for checkpoints)."""
    return int(_constant(name, "CONNECTIONS", DEFAULT_CONNECTIONS))


def is_stepped(name: str) -> bool:
    """Whether users are added until the budget breaks: the file's IS_STEPPED."""
    return bool(_constant(name, "IS_STEPPED", False))


def _files() -> list[Path]:
    return sorted(FOLDER.glob("[a-z]*.py"))


def _tree(name: str) -> ast.Module:
    return ast.parse((FOLDER / f"{name}.py").read_text(encoding="utf-8"))


def _constant(name: str, constant: str, default: int) -> int:
    for node in _tree(name).body:
        if isinstance(node, ast.Assign) and [ast.unparse(each) for each in node.targets] == [constant]:
            return int(ast.literal_eval(node.value))
    return default


def load(name: str) -> Scenario:
    """Import a scenario; in Locust's process only."""
    scenario = import_module(f"mailproof_loadtests.scenarios.{name}").SCENARIO
    if not isinstance(scenario, Scenario):
        raise TypeError(f"scenarios/{name}.py has no SCENARIO")
    return scenario
