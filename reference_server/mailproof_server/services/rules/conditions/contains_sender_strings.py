"""ContainsSenderStrings: one of the texts is in an address of From."""

from mailproof_server.services.rules.condition import words

CONDITION = words("ContainsSenderStrings", lambda message: message.author_text)
