"""What the monitors of one case saw: violations, and how often each requirement was checked."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from mailproof_suites.clients.transcript import visible

_KEPT_PER_RULE = 5
_SHOWN_OCTETS = 400


@dataclass(frozen=True, slots=True)
class MonitorViolation:
    """One exchange that broke a rule.

    ``requirements``: ids of the catalogue. ``line``: the server's octets as text, cut when long. ``rule``: the name
    of the rule, which is a sentence with underscores.
    """

    requirements: tuple[str, ...]
    rule: str
    expected: str
    actual: str
    line: str
    connection: str


class Collector:
    """Gathers from any number of connections; `violations` and `checks` may be read at any time.

    A rule that breaks again and again on one connection is kept five times; ``suppressed`` counts the rest.
    """

    def __init__(self) -> None:
        self.violations: list[MonitorViolation] = []
        self.checks: Counter[str] = Counter()
        self.suppressed = 0
        self.epoch = 0
        """Rises when a client deletes, renames or creates a mailbox: what was known about names is void then."""
        self._kept: Counter[tuple[str, str]] = Counter()

    def checked(self, requirements: tuple[str, ...]) -> None:
        """One exchange was checked against these requirements."""
        self.checks.update(requirements)

    def broken(
        self, requirements: tuple[str, ...], rule: str, expected: str, actual: str, raw: bytes, connection: str
    ) -> None:
        """One exchange broke ``rule``. It counts as checked too."""
        self.checks.update(requirements)
        self._kept[connection, rule] += 1
        if self._kept[connection, rule] > _KEPT_PER_RULE:
            self.suppressed += 1
            return
        line = visible(raw[:_SHOWN_OCTETS].rstrip(b"\r\n")) + ("…" if len(raw) > _SHOWN_OCTETS else "")
        self.violations.append(MonitorViolation(requirements, rule, expected, actual, line, connection))
