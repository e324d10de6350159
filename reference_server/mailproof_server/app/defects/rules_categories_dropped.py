"""Categories are not assigned."""

import dataclasses

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services.rules import rule as module
from mailproof_server.services.rules.action import Effects


def _carry_out(_value: object, _effects: Effects) -> None:
    """Nothing."""


def apply(_server: Server) -> None:
    module.ACTIONS["AssignCategories"] = dataclasses.replace(module.ACTIONS["AssignCategories"], carry_out=_carry_out)


DEFECT = Defect(
    name="rules_categories_dropped",
    summary="categories are not assigned",
    requirements=("RULES:actions.AssignCategories-1",),
    apply=apply,
)
