"""Limits of an IMAP session: explicit, configurable, tested."""

import msgspec


class ImapLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    line_bytes: int = 65_536
    """Of one physical command line."""
    literal_bytes: int = 1_048_576
    """Of one literal that is not a message."""
    login_literal_bytes: int = 8_192
    """The same before sign-in: a stranger gets less."""
    command_bytes: int = 4_194_304
    """Of one command with its literals; one message of the largest size fits in beside them."""
    login_command_bytes: int = 65_536
    """The same before sign-in."""
    swallow_bytes: int = 67_108_864
    """Largest refused non-synchronising literal that is read past; above it the connection ends."""
    nesting: int = 50
    """Of parentheses and of search keys."""
    login_timeout_s: float = 60.0
    """From the greeting to a successful sign-in."""
    idle_timeout_s: float = 1800.0
    """RFC 9051 5.4: at least 30 minutes."""
    bad_commands: int = 50
    """In a row, before BYE."""
    append_messages: int = 1_000
    """In one MULTIAPPEND."""
    notify_folders: int = 2_000
    """Most folders that one NOTIFY SET may cover."""
    notify_accounts: int = 200
    """Most accounts that one NOTIFY SET may watch."""
    notify_responses: int = 1_000
    """Most LIST, STATUS and METADATA responses that may become due at once before NOTIFICATIONOVERFLOW."""
