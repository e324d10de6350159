"""vCards as property lists, read and written (RFC 6350, RFC 2426, and what vCard 2.1 left behind); sans-IO.

A card is the list of its properties in their order, with nothing interpreted but line folding, escapes, parameters and
the encodings of 2.1: what a property means is its reader's business.
"""

import base64
import binascii
import quopri
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

_FOLD = re.compile(r"\r?\n[ \t]")
_SOFT_BREAK = re.compile(r"=\r?\n")
_HEAD = re.compile(r"(?:([A-Za-z0-9-]+)\.)?([A-Za-z0-9-]+)((?:;(?:[^\":;]|\"[^\"]*\")*)*):", re.DOTALL)
_PARAMETER = re.compile(r";((?:[^\";]|\"[^\"]*\")*)")
_QUOTED_LINE = re.compile(r"^[^\n:]*ENCODING=QUOTED-PRINTABLE[^\n:]*:(?:[^\n]*=\r?\n)+", re.IGNORECASE | re.MULTILINE)
LINE_OCTETS = 75
"""RFC 6350 section 3.2: lines "SHOULD be folded to a maximum width of 75 octets"."""


class VcardError(ValueError):
    """The text is no vCard; says in which line."""


@dataclass(frozen=True, slots=True)
class VcardLimits:
    size_bytes: int = 16 * 1024 * 1024
    cards: int = 10_000
    properties: int = 2000
    """Of one card."""


@dataclass(frozen=True, slots=True)
class Property:
    name: str
    """In capitals."""
    values: tuple[str, ...]
    """Components of a structured value (separated by `;`), escapes undone; one component for all others."""
    parameters: tuple[tuple[str, str], ...] = ()
    """(name in capitals, value); a bare word of 2.1 is a TYPE."""
    group: str = ""

    @property
    def value(self) -> str:
        """All of it as one text."""
        return ";".join(self.values)

    @property
    def types(self) -> frozenset[str]:
        """In lower case."""
        named = (value for name, value in self.parameters if name == "TYPE")
        return frozenset(each.strip().lower() for value in named for each in value.split(",") if each.strip())

    def octets(self) -> bytes | None:
        """Of a binary value: `ENCODING=b` or a data: URI; None for anything else."""
        encoding = next((value.lower() for name, value in self.parameters if name == "ENCODING"), "")
        text = self.value
        if encoding not in ("b", "base64"):
            head, comma, tail = text.partition(",")
            if not comma or not head.startswith("data:") or not head.endswith(";base64"):
                return None
            text = tail
        try:
            return base64.b64decode("".join(text.split()), validate=True)
        except (binascii.Error, ValueError):
            return None


@dataclass(frozen=True, slots=True)
class Card:
    properties: tuple[Property, ...] = field(default=())

    def all(self, name: str) -> list[Property]:
        return [each for each in self.properties if each.name == name]

    def first(self, name: str) -> str:
        found = self.all(name)
        return found[0].value if found else ""


DEFAULT_LIMITS = VcardLimits()


def read_cards(data: bytes, limits: VcardLimits = DEFAULT_LIMITS) -> list[Card]:
    """Every card of a file, in UTF-8 (a property of 2.1 may name its own charset). Raises VcardError."""
    if len(data) > limits.size_bytes:
        raise VcardError(f"vCard: more than {limits.size_bytes} bytes")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    text = _FOLD.sub("", _QUOTED_LINE.sub(lambda match: _SOFT_BREAK.sub("", match[0]), text))
    cards: list[Card] = []
    properties: list[Property] | None = None
    for number, line in enumerate(text.split("\n"), 1):
        line = line.rstrip("\r")
        if not line.strip():
            continue
        word = line.strip().upper()
        if word == "BEGIN:VCARD":
            if properties is not None:
                raise VcardError(f"vCard: line {number}: a card within a card")
            properties = []
        elif word == "END:VCARD":
            if properties is None:
                raise VcardError(f"vCard: line {number}: END without BEGIN")
            cards.append(Card(tuple(properties)))
            properties = None
            if len(cards) > limits.cards:
                raise VcardError(f"vCard: more than {limits.cards} cards")
        elif properties is None:
            raise VcardError(f"vCard: line {number}: outside of a card")
        else:
            properties.append(_property(line, number))
            if len(properties) > limits.properties:
                raise VcardError(f"vCard: line {number}: more than {limits.properties} properties")
    if properties is not None:
        raise VcardError("vCard: the last card has no end")
    return cards


def write_cards(cards: Iterable[Card]) -> bytes:
    """Version 3.0, which every client takes, in UTF-8, folded between characters."""
    lines: list[str] = []
    for card in cards:
        lines += ["BEGIN:VCARD", "VERSION:3.0"]
        lines += [_line(each) for each in card.properties if each.name != "VERSION"]
        lines.append("END:VCARD")
    return b"".join(_folded(line) for line in lines)


def _property(line: str, number: int) -> Property:
    match = _HEAD.match(line)
    if match is None:
        raise VcardError(f"vCard: line {number}: {line[:40]!r} is no property")
    parameters: list[tuple[str, str]] = []
    for part in _PARAMETER.findall(match[3]):
        name, equals, value = part.partition("=")
        if not equals:
            name, value = "TYPE", name
            if value.upper() in ("QUOTED-PRINTABLE", "BASE64", "8BIT", "7BIT"):
                name = "ENCODING"
        parameters.append((name.strip().upper(), value.strip().strip('"')))
    raw = line[match.end() :]
    if any(name == "ENCODING" and value.upper() == "QUOTED-PRINTABLE" for name, value in parameters):
        charset = next((value for name, value in parameters if name == "CHARSET"), "utf-8")
        raw = _decoded(quopri.decodestring(raw.encode("utf-8", "replace")), charset)
    return Property(match[2].upper(), tuple(_components(raw)), tuple(parameters), match[1] or "")


def _decoded(octets: bytes, charset: str) -> str:
    try:
        return octets.decode(charset, "replace")
    except LookupError:
        return octets.decode("utf-8", "replace")


def _components(raw: str) -> Iterable[str]:
    """Parts between semicolons that are not escaped, with escapes undone."""
    part: list[str] = []
    at = 0
    while at < len(raw):
        each = raw[at]
        if each == "\\" and at + 1 < len(raw):
            following = raw[at + 1]
            part.append("\n" if following in "nN" else following if following in "\\;,:" else each + following)
            at += 2
            continue
        if each == ";":
            yield "".join(part)
            part = []
        else:
            part.append(each)
        at += 1
    yield "".join(part)


def _line(each: Property) -> str:
    head = f"{each.group}.{each.name}" if each.group else each.name
    for name, value in each.parameters:
        value = _plain(value).replace('"', "'")
        head += f';{name}="{value}"' if any(mark in value for mark in ":;,") else f";{name}={value}"
    return f"{head}:{';'.join(map(_escaped, each.values))}"


def _escaped(text: str) -> str:
    text = "\n".join(text.splitlines()) if "\r" in text else text
    text = "".join(char for char in text if char == "\n" or char == "\t" or _is_text(char))
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace(",", "\\,").replace(";", "\\;")


def _plain(text: str) -> str:
    return "".join(char for char in text if _is_text(char))


def _is_text(char: str) -> bool:
    return ord(char) >= 0x20 and ord(char) != 0x7F and not 0xD800 <= ord(char) <= 0xDFFF


def _folded(line: str) -> bytes:
    octets = line.encode()
    if len(octets) <= LINE_OCTETS:
        return octets + b"\r\n"
    pieces: list[bytes] = []
    room, start = LINE_OCTETS, 0
    while start < len(octets):
        end = min(start + room, len(octets))
        while end < len(octets) and octets[end] & 0xC0 == 0x80:
            end -= 1
        pieces.append(octets[start:end])
        start, room = end, LINE_OCTETS - 1
    return b"\r\n ".join(pieces) + b"\r\n"
