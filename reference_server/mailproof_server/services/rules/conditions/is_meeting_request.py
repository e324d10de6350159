"""IsMeetingRequest: an invitation to a meeting (iTIP REQUEST, RFC 5546 section 3.2.2)."""

from mailproof_server.services.rules.condition import flag

CONDITION = flag("IsMeetingRequest", lambda arrival: arrival.message.calendar_method == "request")
