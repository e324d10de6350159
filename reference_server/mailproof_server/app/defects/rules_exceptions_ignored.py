"""Exceptions are never looked at."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services.rules import rule as module
from mailproof_server.services.rules.message import Arrival


def _matches(self: module.Compiled, arrival: Arrival) -> bool:
    return not self.flaw and all(test(arrival) for test in self._tests)


def apply(_server: Server) -> None:
    module.Compiled.matches = _matches  # type: ignore[method-assign]


DEFECT = Defect(
    name="rules_exceptions_ignored",
    summary="exceptions are never looked at",
    requirements=("RULES:exceptions-1", "RULES:exceptions-3"),
    apply=apply,
)
