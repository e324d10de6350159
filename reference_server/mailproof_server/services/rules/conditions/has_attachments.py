"""HasAttachments: a user would say that something is attached."""

from mailproof_server.services.rules.condition import flag

CONDITION = flag("HasAttachments", lambda arrival: arrival.message.content.has_attachment)
