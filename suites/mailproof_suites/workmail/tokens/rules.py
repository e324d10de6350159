"""The access-control rules of a case, which go with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from mailproof_suites.case import Control


@dataclass
class Rules:
    """Puts rules under names that no other case uses, and removes what is left of them at the end.

    Attributes:
        prefix: what the names begin with.
    """

    control: Control
    prefix: str
    _names: list[str] = field(default_factory=list)

    def put(self, effect: str, *options: str, name: str | None = None) -> str:
        """Add a rule, or replace the one called `name`; its name."""
        if name is None:
            name = f"{self.prefix}-{len(self._names)}"
            self._names.append(name)
        self.control.call("access", "put", name, effect, *options)
        return name

    def remove(self, name: str) -> None:
        """Remove a rule."""
        self.control.call("access", "remove", name)

    def clear(self) -> None:
        """Remove what is left."""
        for name in self._names:
            if self.told(name):
                self.remove(name)

    def told(self, name: str) -> dict[str, Any]:
        """The rule as the list shows it."""
        rows: list[dict[str, Any]] = self.control.call("access", "list")
        return next((row for row in rows if row["name"] == name), {})
