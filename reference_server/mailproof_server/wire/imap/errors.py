"""The one error of the IMAP grammar (RFC 3501 §7.1.3: BAD reports a protocol-level error from the client)."""

from __future__ import annotations


class WireError(Exception):
    """The peer broke the grammar; the command it stood in is answered with a tagged completion and nothing else.

    `message`: human readable, ASCII, no CR or LF, ready to be sent as response text.
    `code`: response code without its brackets (`b"CANNOT"`, `b"BADCHARSET (UTF-8)"`), or None.
    `status`: `b"BAD"`, or `b"NO"` where a specification gives the refusal of a well-formed word that status.
    """

    def __init__(self, message: str, code: bytes | None = None, *, status: bytes = b"BAD") -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.status = status


class LiteralPendingError(WireError):
    """The text ends at the announcement of a literal that has not arrived: only seen while a command is half read."""
