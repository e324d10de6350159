"""One condition of several is enough."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services.rules import rule as module
from mailproof_server.services.rules.message import Arrival


def _matches(self: module.Compiled, arrival: Arrival) -> bool:
    if self.flaw or any(test(arrival) for test in self._exceptions):
        return False
    return not self._tests or any(test(arrival) for test in self._tests)


def apply(_server: Server) -> None:
    module.Compiled.matches = _matches  # type: ignore[method-assign]


DEFECT = Defect(
    name="rules_any_condition_is_enough",
    summary="one condition of several is enough",
    requirements=("RULES:conditions-1",),
    apply=apply,
)
