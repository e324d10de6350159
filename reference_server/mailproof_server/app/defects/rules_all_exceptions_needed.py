"""All exceptions must hold to keep a rule from running."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services.rules import rule as module
from mailproof_server.services.rules.message import Arrival


def _matches(self: module.Compiled, arrival: Arrival) -> bool:
    if self.flaw or not all(test(arrival) for test in self._tests):
        return False
    return not self._exceptions or not all(test(arrival) for test in self._exceptions)


def apply(_server: Server) -> None:
    module.Compiled.matches = _matches  # type: ignore[method-assign]


DEFECT = Defect(
    name="rules_all_exceptions_needed",
    summary="all exceptions must hold to keep a rule from running",
    requirements=("RULES:exceptions-3",),
    apply=apply,
)
