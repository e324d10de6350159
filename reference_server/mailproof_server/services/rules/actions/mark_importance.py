"""MarkImportance: the message is shown as Low, Normal or High, whatever its header says.

Kept as the item's property `importance`, in the words that all kinds of items have for it.
"""

from mailproof_server.model.errors import Invalid
from mailproof_server.model.event import Importance
from mailproof_server.services.rules.action import Action, Effects, Setting

NAME = "MarkImportance"
CHOICES = {each.value.title(): each.value for each in Importance}


def _settle(value: object, setting: Setting) -> object:
    if value not in CHOICES:
        raise Invalid(f"{NAME} is one of {', '.join(CHOICES)}")
    return value


def _carry_out(value: object, effects: Effects) -> None:
    effects.properties["importance"] = CHOICES[str(value)]


ACTION = Action(NAME, 31, _settle, _carry_out)
