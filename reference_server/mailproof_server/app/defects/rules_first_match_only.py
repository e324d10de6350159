"""No rule is run after the first that matches."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services.rules import rule as module
from mailproof_server.services.rules.action import Effects


def _carry_out(self: module.Compiled, effects: Effects) -> None:
    _original(self, effects)
    effects.is_over = True


_original = module.Compiled.carry_out


def apply(_server: Server) -> None:
    module.Compiled.carry_out = _carry_out  # type: ignore[method-assign]


DEFECT = Defect(
    name="rules_first_match_only",
    summary="no rule is run after the first that matches",
    requirements=("RULES:order-6", "RULES:engine-1"),
    apply=apply,
)
