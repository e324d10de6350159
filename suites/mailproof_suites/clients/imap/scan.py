"""A cursor over one whole response, with the low-level productions of RFC 9051 section 9.

Every method reads its production at the cursor or raises GrammarViolation; none ever skips or repairs.
"""

from __future__ import annotations

import datetime
import re
from typing import NoReturn

from mailproof_suites.clients.errors import GrammarViolation
from mailproof_suites.clients.imap.values import (
    Atom,
    InternalDate,
    Literal8,
    LiteralString,
    NumberSet,
    Quoted,
    Value,
)

MAX_NUMBER = 0xFFFFFFFF
MAX_NUMBER64 = 0x7FFFFFFFFFFFFFFF
# Deeper lists than this are no structure of any message that we sent; it keeps hostile input off the stack.
MAX_DEPTH = 100

# ATOM-CHAR = any CHAR except "(" ")" "{" SP CTL "%" "*" DQUOTE "\" "]"
_ATOM = re.compile(rb"[!#$&'+,\-./0-9:;<=>?@A-Z\[^_`a-z|}~]+")
_ASTRING_ATOM = re.compile(rb"[!#$&'+,\-./0-9:;<=>?@A-Z\[\]^_`a-z|}~]+")
_QUOTED = re.compile(rb'"((?:[^"\\\r\n\x00]|\\["\\])*)"')
_LITERAL = re.compile(rb"\{([0-9]+)\}\r\n")
_LITERAL8 = re.compile(rb"~\{([0-9]+)\}\r\n")
_DIGITS = re.compile(rb"[0-9]+")
_FLAG = re.compile(rb"\\[!#$&'+,\-./0-9:;<=>?@A-Z\[^_`a-z|}~]+|[!#$&'+,\-./0-9:;<=>?@A-Z\[^_`a-z|}~]+")
_SET = re.compile(rb"[1-9][0-9]*(?::[1-9][0-9]*)?(?:,[1-9][0-9]*(?::[1-9][0-9]*)?)*")
_WORD = re.compile(rb"[A-Za-z0-9.\-]+")
_DATE_TIME = re.compile(
    rb'"([ 0-3][0-9])-(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)-([0-9]{4})'
    rb' ([0-9]{2}):([0-9]{2}):([0-9]{2}) ([+-])([0-9]{2})([0-9]{2})"',
    re.IGNORECASE,
)
_MONTHS = (b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec")
_UNESCAPE = re.compile(rb'\\(["\\])')


class Scanner:
    """Reads ``raw`` from left to right. ``utf8`` allows UTF-8 in quoted strings (rev2, UTF8=ACCEPT)."""

    __slots__ = ("at", "raw", "utf8")

    def __init__(self, raw: bytes, *, at: int = 0, utf8: bool = False) -> None:
        self.raw = raw
        self.at = at
        self.utf8 = utf8

    def fail(self, production: str, expected: str, *, at: int | None = None) -> NoReturn:
        """Raise the GrammarViolation for this place."""
        raise GrammarViolation(self.raw, self.at if at is None else at, production, expected)

    # -- single octets -------------------------------------------------------------------------------------------

    def peek(self, token: bytes) -> bool:
        """Whether ``token`` stands at the cursor."""
        return self.raw.startswith(token, self.at)

    def skip(self, token: bytes) -> bool:
        """Step over ``token`` if it stands here."""
        if self.raw.startswith(token, self.at):
            self.at += len(token)
            return True
        return False

    def expect(self, token: bytes, production: str) -> None:
        """Step over ``token``, which must stand here."""
        if self.raw.startswith(token, self.at):
            self.at += len(token)
        else:
            self.fail(production, _NAMES.get(token) or repr(token.decode("latin-1")))

    def space(self, production: str) -> None:
        """Exactly one SP."""
        if self.raw.startswith(b" ", self.at):
            self.at += 1
        else:
            self.fail(production, "one space")

    def end(self, production: str) -> None:
        """CRLF, and nothing behind it."""
        self.expect(b"\r\n", production)
        if self.at != len(self.raw):
            self.fail(production, "the end of the response")

    @property
    def at_end(self) -> bool:
        """Whether only the final CRLF is left."""
        return self.at == len(self.raw) - 2 and self.raw.endswith(b"\r\n")

    # -- words and numbers ---------------------------------------------------------------------------------------

    def atom(self, production: str = "atom") -> Atom:
        """1*ATOM-CHAR."""
        return Atom(self._match(_ATOM, production, "an atom"))

    def word(self, production: str) -> str:
        """A keyword of the protocol (letters, digits, ``.``, ``-``), in capitals."""
        return self._match(_WORD, production, "a keyword").decode("ascii").upper()

    def flag(self, production: str = "flag") -> Atom:
        """``\\Name`` or a keyword."""
        return Atom(self._match(_FLAG, production, "a flag or keyword"))

    def number(self, production: str = "number", *, limit: int = MAX_NUMBER) -> int:
        """1*DIGIT up to ``limit`` (32 bits unless told)."""
        start = self.at
        value = _integer(self._match(_DIGITS, production, "a number"))
        if value > limit:
            self.fail(production, f"a number of at most {limit}", at=start)
        return value

    def nz_number(self, production: str = "nz-number", *, limit: int = MAX_NUMBER) -> int:
        """A number without leading zero, at least 1."""
        if self.raw[self.at : self.at + 1] == b"0":
            self.fail(production, "a non-zero number without leading zeros")
        return self.number(production, limit=limit)

    def number_set(self, production: str = "sequence-set") -> NumberSet:
        """``1:3,7``; no ``*``, which a server never sends."""
        start = self.at
        text = self._match(_SET, production, "a set of numbers")
        ranges = []
        for piece in text.split(b","):
            first, _, last = piece.partition(b":")
            pair = (_integer(first), _integer(last or first))
            if max(pair) > MAX_NUMBER:
                self.fail(production, "numbers of at most 32 bits", at=start)
            ranges.append(pair)
        return NumberSet(tuple(ranges))

    def _match(self, pattern: re.Pattern[bytes], production: str, expected: str) -> bytes:
        match = pattern.match(self.raw, self.at)
        if match is None:
            self.fail(production, expected)
        self.at = match.end()
        return match[0]

    # -- strings -------------------------------------------------------------------------------------------------

    def quoted(self, production: str = "quoted") -> Quoted:
        """A quoted string, unescaped."""
        start = self.at
        match = _QUOTED.match(self.raw, start)
        if match is None:
            self.fail(production, "a quoted string (no CR, LF, NUL; backslash only before quote or backslash)")
        body = match[1]
        if not body.isascii():
            self._check_utf8(body, start + 1, production)
        self.at = match.end()
        return Quoted(_UNESCAPE.sub(rb"\1", body) if b"\\" in body else body)

    def _check_utf8(self, body: bytes, start: int, production: str) -> None:
        if not self.utf8:
            offset = next(i for i, octet in enumerate(body) if octet > 0x7F)
            self.fail(production, "7-bit octets (UTF-8 in quoted strings was not enabled)", at=start + offset)
        try:
            body.decode("utf-8")
        except UnicodeDecodeError as problem:
            self.fail(production, "well-formed UTF-8", at=start + problem.start)

    def literal(self, production: str = "literal") -> LiteralString:
        """``{n}`` CRLF and n octets without NUL."""
        content = self._counted(_LITERAL, production)
        if b"\0" in content:
            self.fail(
                "literal", f"no NUL in the literal of {production}", at=self.at - len(content) + content.index(b"\0")
            )
        return LiteralString(content)

    def _counted(self, pattern: re.Pattern[bytes], production: str) -> bytes:
        header = self.at
        match = pattern.match(self.raw, header)
        if match is None:
            self.fail("literal", f"{production} as a literal: '{{', digits, '}}', CRLF")
        size = _integer(match[1])
        if len(self.raw) - match.end() < size:
            self.fail("literal", f"{size} octets for {production}", at=header)
        self.at = match.end() + size
        return self.raw[match.end() : self.at]

    def string(self, production: str = "string") -> Quoted | LiteralString:
        """quoted / literal."""
        if self.peek(b'"'):
            return self.quoted(production)
        if not self.peek(b"{"):
            self.fail(production, "a string (quoted or literal)")
        return self.literal(production)

    def nstring(self, production: str = "nstring") -> Quoted | LiteralString | None:
        """string / NIL."""
        if self.nil():
            return None
        if not (self.peek(b'"') or self.peek(b"{")):
            self.fail(production, "a string or NIL")
        return self.string(production)

    def nstring8(self, production: str) -> Quoted | LiteralString | Literal8 | None:
        """nstring / literal8."""
        return Literal8(self._counted(_LITERAL8, production)) if self.peek(b"~{") else self.nstring(production)

    def astring(self, production: str = "astring") -> Atom | Quoted | LiteralString:
        """1*ASTRING-CHAR / string; a bare NIL is the three letters."""
        if self.peek(b'"') or self.peek(b"{"):
            return self.string(production)
        return Atom(self._match(_ASTRING_ATOM, production, "an atom or a string"))

    def nil(self) -> bool:
        """Step over NIL (in any case) if it stands here as a whole token."""
        if self.raw[self.at : self.at + 3].upper() != b"NIL":
            return False
        if _ASTRING_ATOM.match(self.raw[self.at + 3 : self.at + 4]) and not self.raw.startswith(b"]", self.at + 3):
            return False
        self.at += 3
        return True

    def mailbox(self, production: str = "mailbox") -> Atom | Quoted | LiteralString:
        """A mailbox name, as sent."""
        return self.astring(production)

    def delimiter(self, production: str) -> Quoted | None:
        """``DQUOTE QUOTED-CHAR DQUOTE`` / NIL."""
        if self.nil():
            return None
        start = self.at
        delimiter = self.quoted(production)
        if len(delimiter) != 1:
            self.fail(production, "one quoted character or NIL", at=start)
        return delimiter

    def objectid(self, production: str = "objectid") -> bytes:
        """``(`` 1*255 of letters, digits, ``_``, ``-`` ``)`` (RFC 8474 section 7)."""
        self.expect(b"(", production)
        value = self._match(_OBJECT_ID, production, "1 to 255 of A-Z a-z 0-9 _ -")
        self.expect(b")", production)
        return value

    def date_time(self, production: str = "date-time") -> InternalDate:
        """``"dd-Mon-yyyy hh:mm:ss +zzzz"`` with a day of two characters, the first perhaps a space."""
        match = _DATE_TIME.match(self.raw, self.at)
        if match is None:
            self.fail(production, 'a date-time such as " 1-Jul-2026 09:05:00 +0200"')
        day, month, year, hour, minute, second, sign, zone_hour, zone_minute = match.groups()
        try:
            offset = datetime.timedelta(hours=int(zone_hour), minutes=int(zone_minute))
            zone = datetime.timezone(-offset if sign == b"-" else offset)
            at = datetime.datetime(
                int(year),
                _MONTHS.index(month.lower()) + 1,
                int(day),
                int(hour),
                int(minute),
                min(int(second), 59) if int(second) == 60 else int(second),  # a leap second is a moment too
                tzinfo=zone,
            )
        except ValueError as problem:
            self.fail(production, f"a moment that exists ({problem})")
        self.at = match.end()
        return InternalDate(match[0][1:-1], at)

    # -- lists ---------------------------------------------------------------------------------------------------

    def flag_list(self, production: str = "flag-list", *, wildcard: bool = False) -> tuple[Atom, ...]:
        """``(`` [flag *(SP flag)] ``)``; ``wildcard`` allows ``\\*`` (PERMANENTFLAGS)."""
        self.expect(b"(", production)
        flags: list[Atom] = []
        if self.skip(b")"):
            return ()
        while True:
            if wildcard and self.skip(b"\\*"):
                flags.append(Atom(b"\\*"))
            else:
                flags.append(self.flag(production))
            if self.skip(b")"):
                return tuple(flags)
            self.space(production)

    def value(self, production: str = "value", depth: int = 0) -> Value:
        """Any single value: list, string, literal8, NIL, number, flag, atom."""
        first = self.raw[self.at : self.at + 1]
        if first == b"(":
            return self.value_list(production, depth)
        if first in (b'"', b"{"):
            return self.string(production)
        if first == b"~" and self.peek(b"~{"):
            return Literal8(self._counted(_LITERAL8, production))
        if self.nil():
            return None
        word = self.flag(production) if first == b"\\" else Atom(self._match(_ASTRING_ATOM, production, "a value"))
        return int(word) if word.isdigit() and len(word) <= 19 else word

    def value_list(self, production: str = "value", depth: int = 0) -> tuple[Value, ...]:
        """``(`` [value *(SP value)] ``)``."""
        if depth > MAX_DEPTH:
            self.fail(production, f"lists nested at most {MAX_DEPTH} deep")
        self.expect(b"(", production)
        values: list[Value] = []
        if self.skip(b")"):
            return ()
        while True:
            values.append(self.value(production, depth + 1))
            if self.skip(b")"):
                return tuple(values)
            # Nested lists may touch, as the parts of a multipart and the addresses of an envelope do.
            if not (self.peek(b"(") and self.raw[self.at - 1 : self.at] == b")"):
                self.space(production)


_OBJECT_ID = re.compile(rb"[A-Za-z0-9_\-]{1,255}")
_NAMES = {b" ": "one space", b"\r\n": "CRLF", b"(": "'('", b")": "')'"}


def _integer(digits: bytes) -> int:
    """The number that ``digits`` write; one too long for any limit comes back as a number above every limit."""
    return int(digits) if len(digits) <= 40 else 10**40
