"""Importance: Low, Normal or High, by the field of that name or an older X-Priority (RFC 2156)."""

from mailproof_server.services.rules.condition import choice
from mailproof_server.services.rules.message import Message

_PRIORITIES = {"1": "High", "2": "High", "3": "Normal", "4": "Low", "5": "Low"}
CHOICES = ("Low", "Normal", "High")


def _importance(message: Message) -> str:
    said = message.word(b"importance").title()
    if said in CHOICES:
        return said
    return _PRIORITIES.get(message.word(b"x-priority")[:1], "Normal")


CONDITION = choice("Importance", CHOICES, _importance)
