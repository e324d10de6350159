"""The cursor over the arguments of one command: every terminal of the formal syntax (RFC 3501 §9, RFC 9051 §9).

`Parser` works on the `text` and `literals` of a `CommandLine`. Each method consumes what its name says or raises
`WireError`; none leaves the cursor in the middle of a terminal that it read. All work is done by compiled expressions
on bytes, with possessive repeats where a repeat could otherwise backtrack.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import NoReturn, TypeVar

from mailproof_server.wire.imap import dates
from mailproof_server.wire.imap.errors import LiteralPendingError, WireError
from mailproof_server.wire.imap.names import decode_mailbox
from mailproof_server.wire.imap.sequence import MAX_NUMBER, STAR, PartialRange, Range, SequenceSet

T = TypeVar("T")

MAX_MODSEQ = 2**63 - 1
#: How deep parentheses may nest (search programs, generic values) unless a caller says otherwise.
DEFAULT_MAX_DEPTH = 100

# atom-specials = "(" / ")" / "{" / SP / CTL / list-wildcards / quoted-specials / resp-specials
_ATOM = re.compile(rb'[^\x00-\x20\x7f-\xff(){%*"\\\]]+')
_ASTRING_ATOM = re.compile(rb'[^\x00-\x20\x7f-\xff(){%*"\\]+')
_LIST_ATOM = re.compile(rb'[^\x00-\x20\x7f-\xff(){"\\]+')
_KEYWORD = re.compile(rb"[A-Za-z0-9][A-Za-z0-9.=+_/-]*")
_QUOTED = re.compile(rb'"((?:[^"\\\r\n\x00\x80-\xff]++|\\["\\])*+)"')
_QUOTED_UTF8 = re.compile(rb'"((?:[^"\\\r\n\x00]++|\\["\\])*+)"')
_ESCAPE = re.compile(rb"\\(.)")
_LITERAL = re.compile(rb"(~?)\{[0-9]+\+?\}\r\n")
_DIGITS = re.compile(rb"[0-9]+")
_SEQUENCE_NUMBER = rb"(?:[1-9][0-9]{0,9}+|\*)"
_SEQUENCE_RANGE = _SEQUENCE_NUMBER + rb"(?::" + _SEQUENCE_NUMBER + rb")?+"
_SEQUENCE_SET = re.compile(_SEQUENCE_RANGE + rb"(?:," + _SEQUENCE_RANGE + rb")*+")
_SEQUENCE_TOKEN = re.compile(rb"[0-9:,*]+")
_PARTIAL_RANGE = re.compile(rb"(-?)([1-9][0-9]{0,9}):(-?)([1-9][0-9]{0,9})")
_FLAG = re.compile(rb'\\?[^\x00-\x20\x7f-\xff(){%*"\\\]]+')
_DATE = re.compile(rb'("?)([0-9]{1,2}-[A-Za-z]{3}-[0-9]{4})\1')
_DATE_TIME = re.compile(rb'"([^"\\\r\n]*)"')

#: Any case to the spelling of RFC 3501 §2.3.2, for the flags a client may set.
SYSTEM_FLAGS = {
    b"\\answered": b"\\Answered",
    b"\\flagged": b"\\Flagged",
    b"\\deleted": b"\\Deleted",
    b"\\seen": b"\\Seen",
    b"\\draft": b"\\Draft",
}
_ALL_SET = SequenceSet(((1, STAR),))
_SAVED_SET = SequenceSet((), saved=True)


class Parser:
    """A cursor (`pos`) over `text`.

    `utf8`: the session has enabled IMAP4rev2 or UTF8=ACCEPT, so quoted strings may hold UTF-8 and mailbox names are
    UTF-8. `separator`: the hierarchy separator, needed to fold INBOX. `max_depth`: how deep parentheses may nest.
    """

    __slots__ = ("_depth", "_literals", "_next_literal", "max_depth", "pos", "separator", "text", "utf8")

    def __init__(
        self,
        text: bytes,
        literals: tuple[bytes, ...] = (),
        *,
        utf8: bool = False,
        separator: str = "/",
        max_depth: int = DEFAULT_MAX_DEPTH,
    ) -> None:
        self.text = text
        self.pos = 0
        self.utf8 = utf8
        self.separator = separator
        self.max_depth = max_depth
        self._literals = literals
        self._next_literal = 0
        self._depth = 0

    # -- punctuation ------------------------------------------------------------------------------------------------

    def fail(self, message: str) -> NoReturn:
        """Raise `WireError` with `message`."""
        raise WireError(message)

    def at_end(self) -> bool:
        return self.pos == len(self.text)

    def end(self) -> None:
        """Nothing may follow."""
        if self.pos != len(self.text):
            raise WireError("unexpected text at the end of the command")

    def sp(self) -> None:
        """SP, "exactly one space" (RFC 3501 §9)."""
        if self.text[self.pos : self.pos + 1] != b" ":
            raise WireError("missing argument" if self.pos == len(self.text) else "space expected")
        self.pos += 1

    def peek(self, token: bytes) -> bool:
        """Whether the text goes on with exactly these octets; nothing is consumed."""
        return self.text.startswith(token, self.pos)

    def take(self, token: bytes) -> bool:
        """Consume these octets if they come next."""
        if self.text.startswith(token, self.pos):
            self.pos += len(token)
            return True
        return False

    def expect(self, token: bytes) -> None:
        """Consume exactly these octets."""
        if not self.text.startswith(token, self.pos):
            raise WireError(f"{token.decode('ascii')!r} expected")
        self.pos += len(token)

    def enter(self) -> None:
        """Go one level of nesting deeper; `WireError` past `max_depth`. Paired with `leave`."""
        self._depth += 1
        if self._depth > self.max_depth:
            raise WireError("nested too deeply")

    def leave(self) -> None:
        self._depth -= 1

    def parenthesised(self, item: Callable[[], T], *, allow_empty: bool = False) -> list[T]:
        """`(item item …)`, one space between items."""
        self.expect(b"(")
        if allow_empty and self.take(b")"):
            return []
        items = [item()]
        while not self.take(b")"):
            self.sp()
            items.append(item())
        return items

    def one_or_parenthesised(self, item: Callable[[], T]) -> list[T]:
        """`item / "(" item *(SP item) ")"`."""
        return self.parenthesised(item) if self.peek(b"(") else [item()]

    # -- words ------------------------------------------------------------------------------------------------------

    def _match(self, pattern: re.Pattern[bytes], what: str) -> bytes:
        match = pattern.match(self.text, self.pos)
        if match is None:
            raise WireError(f"{what} expected")
        self.pos = match.end()
        return match[0]

    def atom(self) -> bytes:
        return self._match(_ATOM, "atom")

    def keyword(self) -> bytes:
        """A word of the protocol, in upper case ("all alphabetic characters are case-insensitive")."""
        return self._match(_KEYWORD, "keyword").upper()

    def peek_keyword(self) -> bytes:
        """The word that comes next in upper case, not consumed; empty when none does."""
        match = _KEYWORD.match(self.text, self.pos)
        return b"" if match is None else match[0].upper()

    def take_keyword(self, word: bytes) -> bool:
        """Consume `word` (upper case) if it comes next as a whole word, in any case."""
        if self.peek_keyword() != word:
            return False
        self.pos += len(word)
        return True

    def string(self) -> bytes:
        """`string = quoted / literal`."""
        text = self.text
        if text[self.pos : self.pos + 1] != b'"':
            return self._literal(allow_binary=False, what="string")[0]
        match = (_QUOTED_UTF8 if self.utf8 else _QUOTED).match(text, self.pos)
        if match is None:
            raise WireError("invalid quoted string")
        value = match[1]
        if self.utf8 and not value.isascii():
            try:
                value.decode("utf-8")
            except UnicodeDecodeError:
                raise WireError("quoted string is not UTF-8") from None
        self.pos = match.end()
        return _ESCAPE.sub(rb"\1", value) if b"\\" in value else value

    def astring(self) -> bytes:
        """`astring = 1*ASTRING-CHAR / string`."""
        match = _ASTRING_ATOM.match(self.text, self.pos)
        if match is None:
            return self.string()
        self.pos = match.end()
        return match[0]

    def nstring(self) -> bytes | None:
        """`nstring = string / nil`."""
        if self.take_keyword(b"NIL"):
            return None
        return self.string()

    def literal(self, *, allow_binary: bool = False) -> tuple[bytes, bool]:
        """A literal and whether it is a literal8 (`~{n}`), which only `allow_binary` lets pass."""
        return self._literal(allow_binary=allow_binary, what="literal")

    def _literal(self, *, allow_binary: bool, what: str) -> tuple[bytes, bool]:
        match = _LITERAL.match(self.text, self.pos)
        if match is None:
            raise WireError(f"{what} expected")
        binary = match.end(1) > match.start(1)
        if binary and not allow_binary:
            raise WireError("literal8 is not allowed here")
        if self._next_literal >= len(self._literals):
            raise LiteralPendingError("literal expected")
        self.pos = match.end()
        value = self._literals[self._next_literal]
        self._next_literal += 1
        return value, binary

    def mailbox(self) -> str:
        """`mailbox`: decoded, with INBOX in upper case. NO [CANNOT] for what can be no name."""
        return decode_mailbox(self.astring(), utf8=self.utf8, separator=self.separator)

    def list_mailbox(self) -> str | None:
        """`list-mailbox`: a name in which `%` and `*` are wildcards, also when it is quoted; None: finds nothing.

        "Any syntactically valid pattern that is not accepted by a server for any reason MUST be silently ignored"
        (RFC 9051 §6.3.9).
        """
        match = _LIST_ATOM.match(self.text, self.pos)
        if match is None:
            value = self.string()
        else:
            self.pos = match.end()
            value = match[0]
        return self._pattern(value)

    def reference(self) -> str | None:
        """The reference of LIST, which is the beginning of a pattern; None for what finds nothing."""
        return self._pattern(self.astring())

    def _pattern(self, value: bytes) -> str | None:
        try:
            return decode_mailbox(value, utf8=self.utf8, separator=self.separator)
        except WireError:
            return None

    # -- numbers and sets -------------------------------------------------------------------------------------------

    def _number(self, maximum: int, what: str) -> int:
        digits = self._match(_DIGITS, what)
        # Twenty digits hold any 64-bit value; int() itself refuses monsters with another exception.
        if len(digits) > 20 or (value := int(digits)) > maximum:
            raise WireError(f"{what} too large")
        return value

    def number(self) -> int:
        """`number`: "Unsigned 32-bit integer (0 <= n < 4,294,967,296)"."""
        return self._number(MAX_NUMBER, "number")

    def nz_number(self) -> int:
        if self.text[self.pos : self.pos + 1] == b"0":
            raise WireError("non-zero number expected")
        return self._number(MAX_NUMBER, "number")

    def number64(self) -> int:
        """`number64` and `mod-sequence-valzer`: 0 to 2^63-1 (RFC 9051 §9, RFC 7162 §7)."""
        return self._number(MAX_MODSEQ, "number")

    def mod_sequence(self) -> int:
        """`mod-sequence-value`: 1 to 2^63-1 (RFC 7162 §7)."""
        if (value := self.number64()) == 0:
            raise WireError("mod-sequence must not be zero")
        return value

    def sequence_set(self, *, allow_star: bool = True, allow_saved: bool = True) -> SequenceSet:
        """`sequence-set`, with `$` (RFC 5182) unless refused; `*` is refused where a set names only known UIDs."""
        match = _SEQUENCE_TOKEN.match(self.text, self.pos)
        if match is None:
            if allow_saved and self.take(b"$"):
                return _SAVED_SET
            raise WireError("sequence set expected")
        token = match[0]
        self.pos = match.end()
        if token == b"1:*":
            if not allow_star:
                raise WireError("'*' is not allowed here")
            return _ALL_SET
        if _SEQUENCE_SET.fullmatch(token) is None:
            raise WireError("invalid sequence set")
        if not allow_star and b"*" in token:
            raise WireError("'*' is not allowed here")
        return SequenceSet(tuple([_range_of(part) for part in token.split(b",")]))

    def partial_range(self) -> PartialRange:
        """`partial-range` (RFC 9394 §3.1): both ends from the start (`1:500`) or both from the end (`-1:-100`)."""
        match = _PARTIAL_RANGE.match(self.text, self.pos)
        if match is None or match[1] != match[3]:
            raise WireError("invalid partial range")
        self.pos = match.end()
        first, last = int(match[2]), int(match[4])
        if first > MAX_NUMBER or last > MAX_NUMBER:
            raise WireError("number too large")
        return PartialRange(-first, -last) if match[1] else PartialRange(first, last)

    # -- flags and dates --------------------------------------------------------------------------------------------

    def flag(self) -> bytes | None:
        r"""One flag to be set: a system flag in its usual spelling, or a keyword as sent; None for `\Recent`.

        `\Recent` "cannot be altered by the client" (RFC 3501 §2.3.2) and is left out rather than refused, because
        clients store back what they fetched. Other flags with a backslash are reserved: `WireError`.
        """
        flag = self._match(_FLAG, "flag")
        if flag[:1] != b"\\":
            return flag
        folded = flag.lower()
        if folded == b"\\recent":
            return None
        known = SYSTEM_FLAGS.get(folded)
        if known is None:
            raise WireError("unknown system flag")
        return known

    def flag_list(self) -> tuple[bytes, ...]:
        r"""`flag-list`, possibly empty, without `\Recent` and without repeats (keywords compare without case)."""
        return distinct_flags(self.parenthesised(self.flag, allow_empty=True))

    def date(self) -> date:
        """`date`, quoted or not."""
        match = _DATE.match(self.text, self.pos)
        if match is None:
            raise WireError("invalid date")
        self.pos = match.end()
        return dates.parse_date(match[2])

    def date_time(self) -> datetime:
        """`date-time`, always quoted, as an aware datetime."""
        match = _DATE_TIME.match(self.text, self.pos)
        if match is None:
            raise WireError("invalid date-time")
        self.pos = match.end()
        return dates.parse_date_time(match[1])


def distinct_flags(flags: list[bytes | None]) -> tuple[bytes, ...]:
    """Flags in their order, the first spelling of each; None entries are left out."""
    distinct: dict[bytes, bytes] = {}
    for flag in flags:
        if flag is not None:
            distinct.setdefault(flag.lower(), flag)
    return tuple(distinct.values())


def parse_nothing(parser: Parser) -> None:
    """The arguments of a command that has none (NOOP, LOGOUT, CAPABILITY, CHECK, CLOSE, EXPUNGE, IDLE, NAMESPACE …)."""
    parser.end()


def _range_of(part: bytes) -> Range:
    left, colon, right = part.partition(b":")
    low = _sequence_number(left)
    high = _sequence_number(right) if colon else low
    return (low, high) if low <= high else (high, low)


def _sequence_number(text: bytes) -> int:
    if text == b"*":
        return STAR
    if (number := int(text)) > MAX_NUMBER:
        raise WireError("number too large in a sequence set")
    return number
