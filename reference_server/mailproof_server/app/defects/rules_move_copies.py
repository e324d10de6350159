"""A message that is moved stays in the inbox as well."""

import dataclasses

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services.rules import rule as module
from mailproof_server.services.rules.action import Effects
from mailproof_server.services.rules.actions import move_to_folder


def _carry_out(value: object, effects: Effects) -> None:
    move_to_folder.ACTION.carry_out(value, effects)
    effects.stays = True


def apply(_server: Server) -> None:
    module.ACTIONS["MoveToFolder"] = dataclasses.replace(module.ACTIONS["MoveToFolder"], carry_out=_carry_out)


DEFECT = Defect(
    name="rules_move_copies",
    summary="a message that is moved stays in the inbox as well",
    requirements=("RULES:actions.MoveToFolder-1",),
    apply=apply,
)
