"""IsMeetingResponse: somebody's answer to an invitation (iTIP REPLY or COUNTER, RFC 5546 sections 3.2.3 and 3.2.7)."""

from mailproof_server.services.rules.condition import flag

CONDITION = flag("IsMeetingResponse", lambda arrival: arrival.message.calendar_method in ("reply", "counter"))
