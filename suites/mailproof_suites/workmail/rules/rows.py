"""Rows of the tables of conditions: a condition's value, a message, and whether the one holds of the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mailproof_suites.workmail.stage import Mail


@dataclass(frozen=True)
class Row:
    """One line of a table."""

    what: str
    """Completes the sentence "the condition … of a message"."""
    condition: str
    value: Any
    mail: Mail
    holds: bool

    @property
    def name(self) -> str:
        """Of the row, for reports."""
        return f"{self.condition}, {self.what}".replace(" ", "-")

    @property
    def conditions(self) -> dict[str, Any]:
        """As a rule has it."""
        return {self.condition: self.value}

    @property
    def id(self) -> str:
        """Of the requirement that the row proves."""
        return f"RULES:conditions.{self.condition}-1"


def true(condition: str, what: str, value: Any, mail: Mail) -> Row:
    """The condition holds of the message."""
    return Row(what, condition, value, mail, True)


def false(condition: str, what: str, value: Any, mail: Mail) -> Row:
    """It does not."""
    return Row(what, condition, value, mail, False)


def typed(content_type: str, body: str | bytes = "Hello.\n", headers: Mapping[str, str | None] | None = None) -> Mail:
    """A message with this Content-Type."""
    return Mail(headers={"Content-Type": content_type, **(headers or {})}, body=body)


def headed(name: str, value: str) -> Mail:
    """A message with this header field."""
    return Mail(headers={name: value})
