"""The form of a rule: a function that looks at one response in its session and says held, broken or not applicable."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Generic, TypeAlias, TypeVar

Session = TypeVar("Session")
Response = TypeVar("Response")


@dataclass(frozen=True, slots=True)
class Broken:
    """The response breaks the rule: what the requirement wants, what was seen."""

    expected: str
    actual: str


class Held(Enum):
    """The response was checked and is as it should be."""

    HELD = "held"


HELD = Held.HELD

Finding: TypeAlias = Broken | Held | None
"""None: the rule says nothing about this response in this state (nothing is counted)."""


@dataclass(frozen=True, slots=True)
class Rule(Generic[Session, Response]):
    """A rule with the ids it checks; ``kinds`` are the kinds of response it wants to see."""

    name: str
    requirements: tuple[str, ...]
    kinds: tuple[str, ...]
    check: Callable[[Session, Response], Finding]


class RuleTable(Generic[Session, Response]):
    """Collects rules by decorator and finds those for a kind of response."""

    def __init__(self, parts: Iterable[RuleTable[Session, Response]] = ()) -> None:
        self.rules: list[Rule[Session, Response]] = [rule for part in parts for rule in part.rules]
        self._by_kind: dict[str, tuple[Rule[Session, Response], ...]] = {}

    def on(
        self, *kinds: str, ids: tuple[str, ...]
    ) -> Callable[[Callable[[Session, Response], Finding]], Callable[[Session, Response], Finding]]:
        """Register the decorated function for these kinds of response; ``ids`` are the requirements it checks."""

        def register(check: Callable[[Session, Response], Finding]) -> Callable[[Session, Response], Finding]:
            self.rules.append(Rule(check.__name__, ids, kinds, check))
            self._by_kind.clear()
            return check

        return register

    def for_kind(self, kind: str) -> tuple[Rule[Session, Response], ...]:
        """The rules that look at this kind, in the order they were written."""
        found = self._by_kind.get(kind)
        if found is None:
            found = tuple(rule for rule in self.rules if kind in rule.kinds)
            self._by_kind[kind] = found
        return found

    @property
    def requirements(self) -> frozenset[str]:
        """Every requirement id that a rule of this table checks."""
        return frozenset(each for rule in self.rules for each in rule.requirements)


def verdict(right: bool, expected: str, actual: object) -> Finding:
    """HELD when ``right``, else a Broken with these words."""
    return HELD if right else Broken(expected, str(actual))
