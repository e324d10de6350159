"""IsReadReceipt: a message disposition notification (RFC 8098)."""

from mailproof_server.services.rules.condition import flag

CONDITION = flag("IsReadReceipt", lambda arrival: arrival.message.report_type == "disposition-notification")
