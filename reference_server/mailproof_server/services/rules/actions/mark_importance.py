"""MarkImportance: the message is shown as Low, Normal or High, whatever its header says."""

from mailproof_server.model.errors import Invalid
from mailproof_server.services.rules.action import Action, Effects, Setting

CHOICES = ("Low", "Normal", "High")


def _settle(value: object, setting: Setting) -> object:
    if value not in CHOICES:
        raise Invalid(f"MarkImportance is one of {', '.join(CHOICES)}")
    return value


def _carry_out(value: object, effects: Effects) -> None:
    effects.properties["importance"] = value


ACTION = Action("MarkImportance", 31, _settle, _carry_out)
