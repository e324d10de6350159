"""SendSMSAlertToRecipients: refused by name, since no telephone network is at hand."""

from mailproof_server.model.errors import Invalid
from mailproof_server.services.rules.action import Action, Effects, Setting


def _settle(value: object, setting: Setting) -> object:
    raise Invalid("SendSMSAlertToRecipients: text messages are not offered")


def _carry_out(value: object, effects: Effects) -> None:
    effects.fail("SendSMSAlertToRecipients: text messages are not offered")


ACTION = Action("SendSMSAlertToRecipients", 14, _settle, _carry_out)
