"""What is wrong with the lines of a message, found chunk by chunk (RFC 5321 §2.3.8, §4.5.3.1.6)."""

TEXT_LINE_OCTETS = 998
"""RFC 5322 §2.1.1; with its CRLF the 1000 octets of RFC 5321 §4.5.3.1.6."""


class ContentCheck:
    """Watches message octets go by; never looks at single lines, so that large messages cost little."""

    __slots__ = ("_held_cr", "_line_octets", "_open_line", "bare_cr", "bare_lf", "has_8bit", "has_nul", "long_line")

    def __init__(self, line_octets: int | None = TEXT_LINE_OCTETS) -> None:
        """`line_octets`: the longest line without its CRLF; None: any length."""
        self._line_octets = line_octets
        self._open_line = 0
        """Octets since the last line end."""
        self._held_cr = False
        """The last octet was a CR; only the next one tells whether it was bare."""
        self.bare_cr = False
        self.bare_lf = False
        self.has_nul = False
        self.has_8bit = False
        self.long_line = False

    @property
    def broken_lines(self) -> bool:
        """Whether another reader could see other line ends than we do."""
        return self.bare_cr or self.bare_lf or self.has_nul

    def update(self, part: bytes) -> None:
        """Look at the next octets."""
        if not part:
            return
        if self._held_cr:
            part = b"\r" + part
        self._held_cr = part.endswith(b"\r")
        if self._held_cr:
            part = part[:-1]
        line_ends = part.count(b"\r\n")
        self.bare_lf = self.bare_lf or part.count(b"\n") != line_ends
        self.bare_cr = self.bare_cr or part.count(b"\r") != line_ends
        self.has_nul = self.has_nul or b"\0" in part
        self.has_8bit = self.has_8bit or not part.isascii()
        self._measure(part)

    def finish(self) -> None:
        """The message has ended."""
        self.bare_cr = self.bare_cr or self._held_cr

    def _measure(self, part: bytes) -> None:
        limit = self._line_octets
        if limit is None or self.long_line:
            return
        first = part.find(b"\r\n")
        if first < 0:
            self._open_line += len(part)
            self.long_line = self._open_line > limit
            return
        if self._open_line + first > limit:
            self.long_line = True
            return
        position, end = first + 2, len(part)
        while end - position > limit:
            # The last line end within reach: lines between here and there are short enough.
            next_end = part.rfind(b"\r\n", position, position + limit + 2)
            if next_end < 0:
                self.long_line = True
                return
            position = next_end + 2
        self._open_line = end - part.rfind(b"\r\n") - 2
