"""Limits of an SMTP session: explicit, configurable, tested. Size of a message and recipients are the services'."""

import msgspec

MIB = 1024 * 1024


class SmtpLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    command_line_bytes: int = 512
    """RFC 5321 4.5.3.1.4, CRLF included; MAIL and RCPT may be longer by what their extensions add."""
    auth_line_bytes: int = 12_288
    """RFC 4954 4."""
    text_line_bytes: int | None = 998
    """Of a message, without CRLF (RFC 5322 2.1.1). None (not to be had from a file): any."""
    command_timeout_s: float = 300.0
    """RFC 5321 4.5.3.2.7: at least 5 minutes."""
    data_timeout_s: float = 300.0
    """Between two pieces of a message."""
    ambiguous_end_wait_s: float = 5.0
    """How long to wait for the true end of a message after something that other servers take for it."""
    errors: int = 20
    """Wrong commands in a row, before 421."""
    failed_logins: int = 5
    """In one session: the last of them is answered 421."""
    transactions: int = 10_000
    """In one session (RFC 9422 MAILMAX)."""
    spool_bytes: int = MIB
    """A message larger than this waits in a temporary file while it arrives."""
    discard_bytes: int = 128 * MIB
    """What is read past of a message that is too large; beyond it the connection ends."""
