"""SMTP replies and their grammar (RFC 5321 section 4.2), with the enhanced status codes of RFC 3463.

Reply-line = *( Reply-code "-" [ textstring ] CRLF ) Reply-code [ SP textstring ] CRLF
Reply-code = %x32-35 %x30-35 %x30-39          textstring = 1*(%d09 / %d32-126)
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from mailproof_suites.clients.errors import GrammarViolation, UnexpectedReply

_LINE = re.compile(rb"([0-9]{3})([ -]?)([^\r\n]*)(\r\n|\n|\r)?")
_CODE = re.compile(rb"[2-5][0-5][0-9]")
_ENHANCED = re.compile(rb"([245]\.[0-9]{1,3}\.[0-9]{1,3})(?: |\Z)")


@dataclass(frozen=True, slots=True)
class Reply:
    """One whole reply.

    ``lines`` are the texts without code and separator; ``enhanced`` ("2.1.0") is read from the last line, None when
    it does not begin with one. ``violations`` name what is ungrammatical in a reply that can still be understood.
    """

    code: int
    enhanced: str | None
    lines: tuple[bytes, ...]
    raw: bytes
    violations: tuple[GrammarViolation, ...] = ()

    @property
    def positive(self) -> bool:
        """2xx."""
        return 200 <= self.code < 300

    @property
    def transient(self) -> bool:
        """4xx."""
        return 400 <= self.code < 500

    @property
    def permanent(self) -> bool:
        """5xx."""
        return 500 <= self.code < 600

    @property
    def text(self) -> str:
        """All texts, joined by line feeds."""
        return b"\n".join(self.lines).decode("utf-8", errors="replace")

    @property
    def line(self) -> str:
        """The whole reply as one line of text, for messages."""
        return " / ".join(self.raw.decode("latin-1").split("\r\n")).rstrip(" /")

    def enhanced_codes(self) -> tuple[str | None, ...]:
        """The enhanced status code of every line."""
        return tuple(enhanced_code(line) for line in self.lines)

    def require(self, *codes: int) -> Reply:
        """This reply. Raises UnexpectedReply unless its code is one of ``codes`` (any 2xx when none are given)."""
        if self.code in codes or (not codes and self.positive):
            return self
        expected = " or ".join(map(str, codes)) if codes else "a 2xx reply"
        raise UnexpectedReply(expected, self.line)

    def __str__(self) -> str:
        return self.line


def enhanced_code(line: bytes) -> str | None:
    """The enhanced status code that ``line`` begins with: class "." subject "." detail."""
    match = _ENHANCED.match(line)
    return match[1].decode("ascii") if match else None


def continues(line: bytes) -> bool:
    """Whether another line of the same reply follows this one."""
    return bool(re.match(rb"[0-9]{3}-", line))


def parse_reply(lines: Iterable[bytes], *, utf8: bool = False) -> Reply:
    """The reply that these lines (with their line ends) are; ``utf8`` allows UTF-8 texts (RFC 6531 section 3.7.4.2).

    Raises GrammarViolation when no reply code can be read at all; smaller faults are listed in the reply.
    """
    lines = list(lines)
    raw = b"".join(lines)
    violations: list[GrammarViolation] = []
    codes: list[int] = []
    texts: list[bytes] = []
    at = 0
    for line in lines:
        match = _LINE.fullmatch(line)
        if match is None:
            raise GrammarViolation(raw, at, "reply-line", "three digits, then '-', a space or the end of the line")
        violations += _faults(raw, at, match, utf8=utf8)
        codes.append(int(match[1]))
        texts.append(match[3])
        at += len(line)
    if not codes:
        raise GrammarViolation(raw, 0, "reply-line", "a reply")
    if len(set(codes)) > 1:
        # RFC 5321 section 4.2.1: "the reply code is the same on each of the lines"
        violations.append(GrammarViolation(raw, 0, "reply-code", "the same code on all lines of a reply"))
    return Reply(codes[-1], enhanced_code(texts[-1]), tuple(texts), raw, tuple(violations))


def _faults(raw: bytes, at: int, match: re.Match[bytes], *, utf8: bool) -> list[GrammarViolation]:
    """What is wrong with one line of a reply that has a code."""
    faults = []
    code, separator, text, end = match.groups()
    if not _CODE.fullmatch(code):
        faults.append(GrammarViolation(raw, at, "reply-code", "digits 2-5, 0-5, 0-9"))
    if text and not separator:
        faults.append(GrammarViolation(raw, at + 3, "reply-line", "a space or '-' after the code"))
    if end != b"\r\n":
        faults.append(GrammarViolation(raw, at + len(code + separator + text), "line-end", "CRLF"))
    bad = re.search(rb"[^\t\x20-\x7e\x80-\xff]" if utf8 else rb"[^\t\x20-\x7e]", text)
    if bad:
        place = at + 3 + len(separator) + bad.start()
        faults.append(GrammarViolation(raw, place, "textstring", "printable ASCII, spaces and tabs"))
    elif utf8:
        faults += _utf8_faults(raw, at + 3 + len(separator), text)
    return faults


def _utf8_faults(raw: bytes, at: int, text: bytes) -> list[GrammarViolation]:
    try:
        text.decode("utf-8")
    except UnicodeDecodeError as problem:
        return [GrammarViolation(raw, at + problem.start, "textstring", "well-formed UTF-8")]
    return []
