"""What a rule deletes is nowhere."""

import dataclasses

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services.rules import rule as module
from mailproof_server.services.rules.action import Effects


def _carry_out(_value: object, effects: Effects) -> None:
    effects.stays = False


def apply(_server: Server) -> None:
    module.ACTIONS["Delete"] = dataclasses.replace(module.ACTIONS["Delete"], carry_out=_carry_out)


DEFECT = Defect(
    name="rules_delete_is_final",
    summary="what a rule deletes is nowhere",
    requirements=("RULES:actions.Delete-1",),
    apply=apply,
)
