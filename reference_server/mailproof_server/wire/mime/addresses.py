"""Address lists of header fields, from the grammar to garbage (RFC 5322 sections 3.4 and 4.4).

Two readers with one result: a regular expression for the address that everybody writes, and a token reader for quoted
strings with escapes, comments, groups, source routes, spaces around dots, missing commas and unclosed brackets. The
first hands over to the second at the first address that it does not know.
"""

import re
from itertools import pairwise
from typing import Final

import msgspec

#: Addresses of one field that are read, and tokens that the slow reader looks at; what lies beyond is left out.
#: RFC 5322 sets no limit, but the envelope of a message must not become as large as the message.
MAX_ADDRESSES: Final = 10_000
MAX_TOKENS: Final = 50_000
#: Comments that may be open at once; a deeper one counts as unclosed.
MAX_COMMENT_DEPTH: Final = 100


class Address(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One mail address.

    Attributes:
        name: the display name, unquoted, encoded-words left as they are; None when there is none. The comment after a
            bare address serves as name ("some legacy implementations", RFC 5322 section 3.4).
        route: the obsolete source route without its colon (`@a,@b`), or None.
        local: the local part, unquoted; empty when missing.
        domain: the domain or domain literal; empty when missing.
    """

    name: bytes | None
    route: bytes | None
    local: bytes
    domain: bytes


class Group(msgspec.Struct, frozen=True, array_like=True):
    """A named group; `members` may be empty (`undisclosed-recipients:;`)."""

    name: bytes
    members: tuple[Address, ...]


_LOCAL: Final = rb"[!#-'*+\-./-9=?A-Z^-~]++"
_DOMAIN: Final = rb"[A-Za-z0-9.\-]++"
_SIMPLE: Final = re.compile(
    rb"[ \t]*+(?:(?:\"([^\"\\\r\n]*+)\"[ \t]*+|([^\"(),:;<>@\[\]\\\r\n.]*+))<(" + _LOCAL + rb")@(" + _DOMAIN + rb")>"
    rb"|(" + _LOCAL + rb")@(" + _DOMAIN + rb"))[ \t]*+(?:,|\Z)"
)
_TOKEN: Final = re.compile(
    rb'[ \t\r\n]++|"[^"\\]*+(?:\\.[^"\\]*+)*+"|\[[^\[\]\\]*+(?:\\.[^\[\]\\]*+)*+\]|\\.'
    rb'|[^ \t\r\n"()<>\[\]\\,;:@.]++|.',
    re.DOTALL,
)
_COMMENT_MARK: Final = re.compile(rb"[()]|\\.", re.DOTALL)
_ESCAPE: Final = re.compile(rb"\\(.)", re.DOTALL)
_LINE_END: Final = re.compile(rb"\r?\n")
_BLANKS: Final = re.compile(rb"[ \t]+")


def address_list(value: bytes) -> list[Address | Group]:
    """The addresses and groups of an unfolded field value, in order; never raises, never returns an empty member."""
    found: list[Address | Group] = []
    position = 0
    while position < len(value) and len(found) < MAX_ADDRESSES:
        match = _SIMPLE.match(value, position)
        if match is None:
            _Reader(value, position, found).read()
            return found
        quoted, phrase, local, domain, bare_local, bare_domain = match.groups()
        if bare_local is not None:
            found.append(Address(None, None, bare_local, bare_domain))
        else:
            name = quoted if quoted is not None else (_collapse(phrase) or None)
            found.append(Address(name, None, local, domain))
        position = match.end()
    return found


def flatten(addresses: list[Address | Group]) -> list[Address]:
    """All addresses, with the members of groups in their places."""
    flat: list[Address] = []
    for entry in addresses:
        if isinstance(entry, Group):
            flat.extend(entry.members)
        else:
            flat.append(entry)
    return flat


def _collapse(phrase: bytes) -> bytes:
    phrase = phrase.strip(b" \t")
    return _BLANKS.sub(b" ", phrase) if b"  " in phrase or b"\t" in phrase else phrase


class _Word:
    """A word, a dot or a domain literal of the address being read."""

    __slots__ = ("spaced", "text")

    def __init__(self, text: bytes, *, spaced: bool) -> None:
        self.text = text
        self.spaced = spaced  # white space or a comment stood before it


class _Reader:
    """Reads the rest of a value token by token; each token is looked at once."""

    def __init__(self, value: bytes, position: int, found: list[Address | Group]) -> None:
        self.value = value
        self.position = position
        self.found = found
        self.count = len(found)
        self.tokens = 0
        self.group: bytes | None = None
        self.members: list[Address] = []
        self._reset()

    def _reset(self) -> None:
        self.words: list[_Word] = []
        self.at: int | None = None  # how many words stood before the "@"
        self.complete: Address | None = None
        self.comment: bytes | None = None
        self.spaced = False

    def read(self) -> None:
        while self.count < MAX_ADDRESSES and (token := self._next()) is not None:
            self._take(token)
        self._finish_address()
        self._finish_group()

    def _take(self, token: bytes) -> None:
        if token == b" ":
            self.spaced = True
        elif token == b",":
            self._finish_address()
        elif token == b";":
            self._finish_address()
            self._finish_group()
        elif token == b":":
            self._colon()
        elif token == b"<":
            if self.complete is not None:
                # "A <a@b> B <c@d>": a comma is missing.
                words = self.words
                self._finish_address()
                self.words = words
            self._angle()
        elif token == b"@":
            if self.at is None:
                self.at = len(self.words)
        elif token != b">":
            self._word(token)

    def _next(self) -> bytes | None:
        """The next token; white space comes as one space, and so does a comment (its text is kept)."""
        match = _TOKEN.match(self.value, self.position)
        if match is None or self.tokens >= MAX_TOKENS:
            return None
        self.tokens += 1
        self.position = match.end()
        token = match[0]
        first = token[:1]
        if first == b"(":
            self._skip_comment()
            return b" "
        # A lone quote has no partner: it counts as white space, so that the addresses after it are still found.
        return b" " if first in b" \t\r\n" or token == b'"' else token

    def _skip_comment(self) -> None:
        """Comments nest (RFC 5322 section 3.2.2); an unclosed one runs to the end of the value."""
        start, depth = self.position, 1
        for mark in _COMMENT_MARK.finditer(self.value, start):
            kind = mark[0]
            if kind == b"(":
                depth += 1
                if depth > MAX_COMMENT_DEPTH:
                    break
            elif kind == b")":
                depth -= 1
                if depth == 0:
                    self.comment = _ESCAPE.sub(rb"\1", self.value[start : mark.start()]).strip()
                    self.position = mark.end()
                    return
        self.comment = _ESCAPE.sub(rb"\1", self.value[start:]).strip()
        self.position = len(self.value)

    def _word(self, token: bytes) -> None:
        if len(token) > 1 and token[:1] == b'"':
            token = _ESCAPE.sub(rb"\1", _LINE_END.sub(b"", token[1:-1]))
        elif len(token) > 1 and token[:1] == b"\\":
            token = token[1:]
        self.words.append(_Word(token, spaced=self.spaced))
        self.spaced = False

    def _colon(self) -> None:
        if self.group is None and self.words and self.at is None and self.complete is None:
            self.group = _phrase(self.words)
        # Any other colon is garbage, and so is what stands before it.
        self._reset()

    def _angle(self) -> None:
        """The inside of `<...>`; an unclosed one ends at the next comma or semicolon."""
        name = _phrase(self.words) if self.words else None
        comment = self.comment
        self._reset()
        self.comment = comment
        route: bytes | None = None
        before_colon: list[bytes] = []
        while (token := self._next()) is not None and token != b">":
            # RFC 5322 section 4.4: obs-route = obs-domain-list ":", the list begins with "@".
            in_route = self.at == 0 and route is None
            if token == b" ":
                self.spaced = True
                continue
            if token == b":":
                if in_route:
                    route = b"".join(before_colon)
                    self.words, self.at = [], None
            elif token == b";" or (token == b"," and not in_route):
                self.position -= 1
                break
            elif token == b"@":
                if self.at is None:
                    self.at = len(self.words)
            elif token not in {b"<", b","}:
                self._word(token)
            before_colon.append(token)
        _, local, domain = self._halves(local_only=True)
        self.complete = Address(name, route, local, domain)
        self.words, self.at = [], None

    def _halves(self, *, local_only: bool) -> tuple[bytes | None, bytes, bytes]:
        """Name, local part and domain of the words read; inside brackets all words before "@" are the local part."""
        if self.at is None:
            return None, _phrase(self.words), b""
        before, after = self.words[: self.at], self.words[self.at :]
        domain = [word.text for word in after[:1]]
        for previous, word in pairwise(after):
            # "a@b c@d": a domain ends at white space that no dot stands beside.
            if word.spaced and b"." not in (word.text, previous.text):
                break
            domain.append(word.text)
        if local_only:
            return None, _phrase(before), b"".join(domain)
        # "John Smith john@example.test": only the last run of words is the local part.
        cut = len(before)
        while cut > 0:
            cut -= 1
            if cut and before[cut].spaced and b"." not in (before[cut].text, before[cut - 1].text):
                break
        local = b"".join(word.text for word in before[cut:])
        return _phrase(before[:cut]) if cut else None, local, b"".join(domain)

    def _finish_address(self) -> None:
        address = self.complete
        if address is None and (self.words or self.at is not None):
            name, local, domain = self._halves(local_only=False)
            address = Address(name, None, local, domain)
        if address is not None:
            if address.name is None and self.comment:
                address = Address(self.comment, address.route, address.local, address.domain)
            self.count += 1
            if self.group is None:
                self.found.append(address)
            else:
                self.members.append(address)
        self._reset()

    def _finish_group(self) -> None:
        if self.group is not None:
            self.found.append(Group(self.group, tuple(self.members)))
        self.group, self.members = None, []


def _phrase(words: list[_Word]) -> bytes:
    """The words with one space wherever white space stood between them."""
    return b"".join((b" " + word.text if index and word.spaced else word.text) for index, word in enumerate(words))
