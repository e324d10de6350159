"""Replies: a code, an enhanced status code and text, as octets (RFC 5321 §4.2, RFC 2034, RFC 3463)."""

import re
from dataclasses import dataclass, field

MAX_LINE_OCTETS = 512
"""RFC 5321 §4.5.3.1.5: "The maximum total length of a reply line including the reply code and the <CRLF> is 512"."""
_ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_NOT_TEXT = re.compile(r"[^\t -~]")


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply; several lines of text make a multi-line one."""

    code: int
    enhanced: str
    """Such as `5.1.1`; empty for those that carry none: greeting, EHLO, HELO, intermediate replies (RFC 2034 §4)."""
    text: str
    """Lines are separated by a line feed. Octets outside printable ASCII become `?`."""
    encoded: bytes = field(init=False, repr=False, compare=False)
    """The whole reply with its CRLFs."""

    def __post_init__(self) -> None:
        if not 200 <= self.code <= 599:
            raise ValueError(f"no reply code: {self.code}")
        if self.enhanced and not (_ENHANCED.fullmatch(self.enhanced) and self.enhanced[0] == str(self.code)[0]):
            # RFC 2034 §4: the class of the enhanced code MUST agree with the first digit of the reply code.
            raise ValueError(f"{self.enhanced} does not fit {self.code}")
        object.__setattr__(self, "encoded", _encode(self.code, self.enhanced, self.text))

    @property
    def is_positive(self) -> bool:
        """Whether the command was done (2yz) or goes on (3yz)."""
        return self.code < 400


def _encode(code: int, enhanced: str, text: str) -> bytes:
    # RFC 2034 §4: in a multi-line reply the status code stands on every line.
    prefix = f"{enhanced} " if enhanced else ""
    room = MAX_LINE_OCTETS - len("250-") - len(prefix) - len("\r\n")
    lines = [_NOT_TEXT.sub("?", line)[:room] for line in text.split("\n")]
    last = len(lines) - 1
    return "".join(
        f"{code}{'-' if index < last else ' '}{prefix}{line}\r\n" for index, line in enumerate(lines)
    ).encode("ascii")
