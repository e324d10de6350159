"""IsSigned: signed with S/MIME or OpenPGP (RFC 8551, RFC 3156)."""

from mailproof_server.services.rules.condition import flag

CONDITION = flag("IsSigned", lambda arrival: arrival.message.is_signed)
