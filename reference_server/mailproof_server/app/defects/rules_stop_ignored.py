"""Rules after one that stops are run all the same."""

import dataclasses

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services.rules import rule as module
from mailproof_server.services.rules.action import Effects


def _carry_out(_value: object, _effects: Effects) -> None:
    """Nothing."""


def apply(_server: Server) -> None:
    module.ACTIONS["StopProcessingRules"] = dataclasses.replace(
        module.ACTIONS["StopProcessingRules"], carry_out=_carry_out
    )


DEFECT = Defect(
    name="rules_stop_ignored",
    summary="rules after one that stops are run all the same",
    requirements=("RULES:actions.StopProcessingRules-1",),
    apply=apply,
)
