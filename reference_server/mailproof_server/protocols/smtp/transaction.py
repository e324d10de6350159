"""One mail transaction, from MAIL to the end of the message, and the message as it arrives (RFC 5321 §3.3)."""

import tempfile
from dataclasses import dataclass, field
from typing import IO

from mailproof_server.model.envelope import EnvelopeRecipient
from mailproof_server.wire.smtp import replies
from mailproof_server.wire.smtp.content import ContentCheck
from mailproof_server.wire.smtp.parameters import MailFrom
from mailproof_server.wire.smtp.reply import Reply


class Spool:
    """Message octets: in memory while they are few, in a temporary file without a name when they are many.

    Above `most_bytes` nothing is kept, only counted.
    """

    def __init__(self, *, memory_bytes: int, most_bytes: int) -> None:
        self._memory_bytes = memory_bytes
        self._most_bytes = most_bytes
        self._parts: list[bytes] = []
        self._file: IO[bytes] | None = None
        self.size = 0

    @property
    def is_too_big(self) -> bool:
        """Whether there were more octets than are kept."""
        return self.size > self._most_bytes

    def add(self, part: bytes) -> None:
        """Keep the next octets."""
        self.size += len(part)
        if self.is_too_big:
            self.close()
        elif self._file is not None:
            self._file.write(part)
        else:
            self._parts.append(part)
            if self.size > self._memory_bytes:
                self._file = tempfile.TemporaryFile()  # noqa: SIM115 -- `close` ends it
                self._file.writelines(self._parts)
                self._parts.clear()

    def take(self) -> bytes:
        """The whole message; the spool is empty afterwards."""
        if self._file is not None:
            self._file.seek(0)
            data = self._file.read()
        else:
            data = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
        self.close()
        return data

    def close(self) -> None:
        """Forget everything but the size."""
        self._parts.clear()
        if self._file is not None:
            self._file.close()
            self._file = None


@dataclass(slots=True)
class Incoming:
    """A message as it arrives."""

    spool: Spool
    check: ContentCheck

    def fault(self) -> Reply | None:
        """Why it is refused, if anything is wrong with it so far."""
        if self.check.broken_lines:
            return replies.BAD_LINES
        if self.check.long_line:
            return replies.LONG_LINE
        if self.spool.is_too_big:
            return replies.TOO_BIG
        return None


@dataclass(slots=True)
class Transaction:
    """What MAIL and RCPT have said."""

    mail: MailFrom
    recipients: list[EnvelopeRecipient] = field(default_factory=list)
    refused_count: int = 0
    """Recipients that were refused."""
    chunks: Incoming | None = None
    """The message so far, once BDAT has begun."""

    def why_no_content(self) -> Reply | None:
        """Why no message may follow now (RFC 5321 §4.1.1.4): 503 without RCPT, 554 when all were refused."""
        if self.recipients:
            return None
        return replies.NO_VALID_RECIPIENTS if self.refused_count else replies.RCPT_FIRST

    def close(self) -> None:
        """Give up what has arrived."""
        if self.chunks is not None:
            self.chunks.spool.close()
