"""Message data out of chunks: the dots and the end of DATA (RFC 5321 §4.1.1.4, §4.5.2).

Invariant: the end of data is exactly CR LF "." CR LF and nothing that looks like it. §4.1.1.4: "receiver-SMTP systems
MUST NOT" treat LF "." LF and its kin as the end; servers that did so let one message carry others (SMTP smuggling,
CVE-2023-51764). Look-alikes stay message text, the message is found broken, and `ambiguous` tells that the peer may
believe it has ended: then even the octets after the true end are not to be trusted.

Working on whole chunks: the stream is read as if a CRLF stood before it (the one of the DATA command), so that a dot
at the very beginning needs no case of its own. What could be the beginning of the end is held back until the next
chunk; everything before it is final.
"""

import re

from mailproof_server.wire.smtp.content import TEXT_LINE_OCTETS, ContentCheck

END = b"\r\n.\r\n"
_STARTS_OF_END = tuple(END[:length] for length in range(len(END) - 1, 0, -1))
_LOOK_ALIKE = re.compile(rb"(?:\r\n|\n|\r)\x00*\.\x00*(?:\n|\r\n|\r(?=[^\n]))")
_LONGEST_LOOK_ALIKE = 32


class DataDecoder:
    """`feed` chunks, get message octets without the extra dots, until `ended`."""

    __slots__ = ("_held", "_seen", "_virtual", "ambiguous", "check", "ended", "rest", "size")

    def __init__(self, line_octets: int | None = TEXT_LINE_OCTETS) -> None:
        self.check = ContentCheck(line_octets)
        self.ended = False
        self.rest = b""
        """After the end: octets that belong to the next commands."""
        self.size = 0
        """Octets of the message so far."""
        self.ambiguous = False
        """Something that another implementation takes for the end of data has passed."""
        self._held = b"\r\n"
        self._virtual = 2
        """Octets of the CRLF before the data that are still to be dropped from the output."""
        self._seen = b""
        """The last octets as sent, for look-alikes across chunks."""

    def feed(self, chunk: bytes) -> bytes:
        """The message octets that are certain now. Must not be called once `ended`."""
        data = self._held + chunk if self._held else chunk
        end = data.find(END)
        if end >= 0:
            # The CRLF before the dot ends the last line of the message.
            raw, self._held, self.rest = data[: end + 2], b"", data[end + len(END) :]
            self.ended = True
        else:
            self._held = next((start for start in _STARTS_OF_END if data.endswith(start)), b"")
            raw = data[: len(data) - len(self._held)] if self._held else data
        # §4.5.2: "If the first character is a period and there are other characters on the line, the first character
        # is deleted."
        text = raw.replace(b"\r\n.", b"\r\n")
        if self._virtual and text:
            drop = min(self._virtual, len(text))
            self._virtual -= drop
            text = text[drop:]
        self.size += len(text)
        self.check.update(text)
        if self.ended:
            self.check.finish()
        self._look(raw)
        return text

    def _look(self, raw: bytes) -> None:
        seen = self._seen + raw if len(raw) < _LONGEST_LOOK_ALIKE else raw
        if self.check.broken_lines and not self.ambiguous:
            self.ambiguous = bool(_LOOK_ALIKE.search(self._seen + raw + self._held))
        self._seen = seen[-_LONGEST_LOOK_ALIKE:]
