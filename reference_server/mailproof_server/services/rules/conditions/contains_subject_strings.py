"""ContainsSubjectStrings: one of the texts is in the subject."""

from mailproof_server.services.rules.condition import words

CONDITION = words("ContainsSubjectStrings", lambda message: message.subject)
