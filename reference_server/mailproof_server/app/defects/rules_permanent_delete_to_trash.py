"""What a rule deletes for good is in Deleted Items."""

import dataclasses

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services.rules import rule as module
from mailproof_server.services.rules.action import Effects
from mailproof_server.services.rules.actions import delete


def _carry_out(value: object, effects: Effects) -> None:
    delete.ACTION.carry_out(value, effects)


def apply(_server: Server) -> None:
    module.ACTIONS["PermanentDelete"] = dataclasses.replace(module.ACTIONS["PermanentDelete"], carry_out=_carry_out)


DEFECT = Defect(
    name="rules_permanent_delete_to_trash",
    summary="what a rule deletes for good is in Deleted Items",
    requirements=("RULES:actions.PermanentDelete-1",),
    apply=apply,
)
