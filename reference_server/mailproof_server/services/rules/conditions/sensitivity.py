"""Sensitivity: Normal, Personal, Private or Confidential, by the field of that name (RFC 2156)."""

from mailproof_server.services.rules.condition import choice
from mailproof_server.services.rules.message import Message

_SAID = {"personal": "Personal", "private": "Private", "company-confidential": "Confidential"}


def _sensitivity(message: Message) -> str:
    return _SAID.get(message.word(b"sensitivity"), "Normal")


CONDITION = choice("Sensitivity", ("Normal", *_SAID.values()), _sensitivity)
