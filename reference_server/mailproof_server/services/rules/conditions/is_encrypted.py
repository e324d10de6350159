"""IsEncrypted: encrypted with S/MIME or OpenPGP (RFC 8551, RFC 3156)."""

from mailproof_server.services.rules.condition import flag

CONDITION = flag("IsEncrypted", lambda arrival: arrival.message.is_encrypted)
