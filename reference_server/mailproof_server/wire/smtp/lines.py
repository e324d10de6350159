"""Command lines out of chunks (RFC 5321 §2.3.8, §4.5.3.1.4).

Invariant: a line ends with CRLF and with nothing else. §2.3.8: conforming implementations "MUST NOT recognize or
generate any other character or character sequence as a line terminator". So a bare LF ends the connection, with 500 and
then 421: a peer that sends one and we would disagree about where commands begin. A bare CR or a NUL spoils its line
only, for the line's end is clear. What is answered never depends on how the octets were cut into chunks.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mailproof_server.wire.smtp import replies
from mailproof_server.wire.smtp.errors import WireError

COMMAND_OCTETS = 512
AUTH_OCTETS = 12288
"""RFC 4954 §4: "the maximum length of the AUTH command line is 12288 octets"."""
MAIL_OCTETS = COMMAND_OCTETS + 26 + 17 + 10 + 500 + 108
"""What SIZE (RFC 1870), BODY (6152), SMTPUTF8 (6531), AUTH (4954) and RET with ENVID (3461) add."""
RCPT_OCTETS = COMMAND_OCTETS + 528
"""What NOTIFY (28 octets) and ORCPT (500) add (RFC 3461 §4.1, §4.2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineLimits:
    """Longest lines in octets, CRLF included."""

    command: int = COMMAND_OCTETS
    by_verb: Mapping[bytes, int] = field(
        default_factory=lambda: {b"MAIL": MAIL_OCTETS, b"RCPT": RCPT_OCTETS, b"AUTH": AUTH_OCTETS}
    )
    """Commands that extensions have made longer."""
    auth: int = AUTH_OCTETS
    """A line of an authentication exchange."""
    endless: int = 64 * 1024
    """A line longer than this is not even skipped: the connection ends."""


class LineReader:
    """Push parser: `feed` chunks, take lines. What is not lines (message data) is taken as it is."""

    __slots__ = ("_data", "_limits", "_position", "_scanned")

    def __init__(self, limits: LineLimits) -> None:
        self._limits = limits
        self._data = b""
        self._position = 0
        self._scanned = 0
        """Up to here there is no LF."""

    def feed(self, data: bytes) -> None:
        """Add what has arrived."""
        self._data = self._data[self._position :] + data if self._position < len(self._data) else data
        self._scanned -= self._position
        self._position = 0
        self._scanned = max(self._scanned, 0)

    def take(self, most: int | None = None) -> bytes:
        """The octets not yet read as lines, all or at most so many."""
        end = len(self._data) if most is None else min(self._position + most, len(self._data))
        taken = self._data[self._position : end]
        self._position = self._scanned = end
        return taken

    def give_back(self, data: bytes) -> None:
        """Undo a `take` of all: `data` is read next."""
        self._data = data + self._data[self._position :]
        self._position = self._scanned = 0

    @property
    def has_octets(self) -> bool:
        """Whether anything has arrived that is not read yet."""
        return self._position < len(self._data)

    def next_line(self, *, in_auth: bool = False) -> bytes | None:
        """The next line without its CRLF; None when more has to arrive.

        Raises WireError for a line that is too long or holds a bare CR or NUL (the line is skipped), and a fatal one
        for a bare LF or an endless line.
        """
        data, start = self._data, self._position
        feed_at = data.find(b"\n", max(self._scanned, start))
        if feed_at < 0:
            self._scanned = len(data)
            if len(data) - start > self._limits.endless:
                raise WireError(replies.LINE_TOO_LONG, fatal=True)
            return None
        if feed_at - start > self._limits.endless:
            raise WireError(replies.LINE_TOO_LONG, fatal=True)
        if feed_at == start or data[feed_at - 1] != 0x0D:
            raise WireError(replies.BARE_LINE_FEED, fatal=True)
        line = data[start : feed_at - 1]
        self._position = self._scanned = feed_at + 1
        self._check(line, in_auth=in_auth)
        return line

    def _check(self, line: bytes, *, in_auth: bool) -> None:
        octets = len(line) + 2
        if in_auth:
            if octets > self._limits.auth:
                raise WireError(replies.AUTH_LINE_TOO_LONG)
        elif octets > self._limits.command:
            verb = line[:5].partition(b" ")[0].upper()
            if octets > self._limits.by_verb.get(verb, self._limits.command):
                raise WireError(replies.AUTH_LINE_TOO_LONG if verb == b"AUTH" else replies.LINE_TOO_LONG)
        if b"\r" in line or b"\0" in line:
            raise WireError(replies.BARE_CR_OR_NUL)
