"""ContainsHeaderStrings: one of the texts is in a line `name: value` of the header; Bcc is not looked at (RULE-07)."""

from mailproof_server.services.rules.condition import words

CONDITION = words("ContainsHeaderStrings", lambda message: message.header_text)
