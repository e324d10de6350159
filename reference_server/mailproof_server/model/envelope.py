"""The SMTP envelope: who sends to whom, apart from what the headers say."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class EnvelopeRecipient:
    """One RCPT: the address as given, with its delivery-status wishes (RFC 3461)."""

    address: str
    notify: frozenset[str] = frozenset()
    """Of NEVER, SUCCESS, FAILURE, DELAY; empty: the sender did not say (failures are reported)."""
    original: str | None = None
    """ORCPT, decoded, with its address type, e.g. `rfc822;bob@example.test`."""


@dataclass(frozen=True, slots=True)
class SmtpEnvelope:
    """One accepted transaction."""

    sender: str
    """Empty for the null reverse-path."""
    recipients: tuple[EnvelopeRecipient, ...]
    return_full: bool | None = None
    """RET=FULL, RET=HDRS, or not said."""
    envelope_id: str | None = None
    smtp_utf8: bool = False
    body_8bit: bool = False
    received: bytes = b""
    """The trace header field of this hop, with its CRLF, to stand on top of the message."""
    extras: dict[str, str] = field(default_factory=dict)
