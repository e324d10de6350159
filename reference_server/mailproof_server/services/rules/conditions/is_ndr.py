"""IsNDR: a report that a message could not be delivered (RFC 3464)."""

from mailproof_server.services.rules.condition import flag

CONDITION = flag("IsNDR", lambda arrival: arrival.message.is_failure_report)
