"""ContainsRecipientStrings: one of the texts is in an address of To or Cc (RULE-07)."""

from mailproof_server.services.rules.condition import words

CONDITION = words("ContainsRecipientStrings", lambda message: message.recipient_text)
