"""FETCH and UID FETCH: what is asked of each message (RFC 3501 §6.4.5, RFC 9051 §6.4.5 and extensions).

BINARY is RFC 3516; MODSEQ, CHANGEDSINCE and VANISHED are RFC 7162, EMAILID and THREADID RFC 8474, SAVEDATE RFC 8514,
PREVIEW RFC 8970, the PARTIAL modifier RFC 9394.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from mailproof_server.wire.imap.errors import WireError
from mailproof_server.wire.imap.format import astring
from mailproof_server.wire.imap.parse import Parser
from mailproof_server.wire.imap.sequence import PartialRange, SequenceSet

Part = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Attribute:
    """A data item that is only a name (upper case): see `SIMPLE_NAMES`; also BODY without a section."""

    name: bytes


@dataclass(frozen=True, slots=True)
class Partial:
    """`<offset.length>` in octets; `length` is never zero."""

    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Section:
    """`[…]` of BODY: `part` is () for the whole message; `text` is b"" for everything of it.

    `text`: b"", b"HEADER", b"HEADER.FIELDS", b"HEADER.FIELDS.NOT", b"TEXT" or (only with a part) b"MIME".
    `fields`: the header field names, as the client wrote them, for the two HEADER.FIELDS.
    """

    part: Part = ()
    text: bytes = b""
    fields: tuple[bytes, ...] = ()

    def to_bytes(self) -> bytes:
        """The section as the response repeats it, without brackets."""
        words = [b".".join([b"%d" % number for number in self.part]), self.text]
        spec = b".".join([word for word in words if word])
        return spec + b" (" + b" ".join([astring(field) for field in self.fields]) + b")" if self.fields else spec


@dataclass(frozen=True, slots=True)
class Body:
    r"""`BODY[section]<partial>`; without `peek` it sets `\Seen`."""

    section: Section
    peek: bool
    partial: Partial | None = None

    def label(self) -> bytes:
        """The name of the item in the response: "BODY[<section>]<<origin octet>>", never with PEEK or a length."""
        return b"BODY[" + self.section.to_bytes() + b"]" + _origin(self.partial)


@dataclass(frozen=True, slots=True)
class Binary:
    r"""`BINARY[part]<partial>`: the part with its transfer encoding undone; without `peek` it sets `\Seen`."""

    part: Part
    peek: bool
    partial: Partial | None = None

    def label(self) -> bytes:
        """The name of the item in the response."""
        return b"BINARY[" + b".".join([b"%d" % number for number in self.part]) + b"]" + _origin(self.partial)


@dataclass(frozen=True, slots=True)
class BinarySize:
    """`BINARY.SIZE[part]`: octets of the part with its transfer encoding undone."""

    part: Part

    def label(self) -> bytes:
        """The name of the item in the response."""
        return b"BINARY.SIZE[" + b".".join([b"%d" % number for number in self.part]) + b"]"


@dataclass(frozen=True, slots=True)
class Preview:
    """`PREVIEW` or, with `lazy`, `PREVIEW (LAZY)`: only if it costs nothing."""

    lazy: bool


FetchItem = Attribute | Body | Binary | BinarySize | Preview


@dataclass(frozen=True, slots=True)
class FetchArgs:
    """`sequence` holds message numbers or, after UID FETCH, UIDs. `items` are in the client's order, macros expanded.

    `changed_since`: only messages with a higher mod-sequence. `vanished`: also report what was expunged since (only
    UID FETCH, only after ENABLE QRESYNC). `partial`: only this part of the set (only UID FETCH).
    """

    sequence: SequenceSet
    items: tuple[FetchItem, ...]
    changed_since: int | None = None
    vanished: bool = False
    partial: PartialRange | None = None


SIMPLE_NAMES = frozenset(
    {
        b"BODYSTRUCTURE",
        b"EMAILID",
        b"ENVELOPE",
        b"FLAGS",
        b"INTERNALDATE",
        b"MODSEQ",
        b"RFC822",
        b"RFC822.HEADER",
        b"RFC822.SIZE",
        b"RFC822.TEXT",
        b"SAVEDATE",
        b"THREADID",
        b"UID",
    }
)
_ATTRIBUTES = {name: Attribute(name) for name in SIMPLE_NAMES | {b"BODY"}}
_FAST = (_ATTRIBUTES[b"FLAGS"], _ATTRIBUTES[b"INTERNALDATE"], _ATTRIBUTES[b"RFC822.SIZE"])
_MACROS: dict[bytes, tuple[FetchItem, ...]] = {
    b"FAST": _FAST,
    b"ALL": (*_FAST, _ATTRIBUTES[b"ENVELOPE"]),
    b"FULL": (*_FAST, _ATTRIBUTES[b"ENVELOPE"], _ATTRIBUTES[b"BODY"]),
}
_SECTION_TEXTS = frozenset({b"HEADER", b"HEADER.FIELDS", b"HEADER.FIELDS.NOT", b"TEXT", b"MIME"})
# Clients ask for the same few lists all day. What is longer than this is parsed each time, so the cache stays small.
_CACHED_TEXT_BYTES = 200


def parse_fetch(parser: Parser, *, uid: bool) -> FetchArgs:
    """The arguments of FETCH (`uid` false) or UID FETCH, from the SP after the name to the end."""
    parser.sp()
    sequence = parser.sequence_set()
    parser.sp()
    text = parser.text[parser.pos :]
    # A text without CR holds no literal, so it alone decides what it means.
    if len(text) <= _CACHED_TEXT_BYTES and b"\r" not in text:
        items, changed_since, vanished, partial = _parse_items_cached(text, parser.utf8, uid)
        parser.pos = len(parser.text)
    else:
        items, changed_since, vanished, partial = _parse_items(parser, uid)
    return FetchArgs(sequence, items, changed_since, vanished, partial)


_Items = tuple[tuple[FetchItem, ...], int | None, bool, PartialRange | None]


@lru_cache(maxsize=512)
def _parse_items_cached(text: bytes, utf8: bool, uid: bool) -> _Items:
    return _parse_items(Parser(text, utf8=utf8), uid)


def _parse_items(parser: Parser, uid: bool) -> _Items:
    """Everything after the sequence set; nothing here depends on the session, which is what makes it cacheable."""
    macro = _MACROS.get(parser.peek_keyword())
    if macro is not None:
        parser.keyword()
        items = macro
    elif parser.peek(b"("):
        items = tuple(parser.parenthesised(lambda: fetch_item(parser)))
    else:
        items = (fetch_item(parser),)
    changed_since, vanished, partial = None, False, None
    if not parser.at_end():
        parser.sp()
        changed_since, vanished, partial = _modifiers(parser, uid)
    parser.end()
    return items, changed_since, vanished, partial


def _modifiers(parser: Parser, uid: bool) -> tuple[int | None, bool, PartialRange | None]:
    changed_since: int | None = None
    vanished = False
    partial: PartialRange | None = None

    def modifier() -> bytes:
        nonlocal changed_since, vanished, partial
        name = parser.keyword()
        if name == b"CHANGEDSINCE":
            parser.sp()
            changed_since = parser.mod_sequence()
        elif name == b"VANISHED" and uid:
            vanished = True
        elif name == b"PARTIAL" and uid:
            parser.sp()
            partial = parser.partial_range()
        else:
            raise WireError("unknown FETCH modifier")
        return name

    names = parser.parenthesised(modifier)
    if len(set(names)) != len(names):
        raise WireError("repeated FETCH modifier")
    # "The VANISHED UID FETCH modifier MUST only be specified together with the CHANGEDSINCE" (RFC 7162 §3.2.6).
    if vanished and changed_since is None:
        raise WireError("VANISHED needs CHANGEDSINCE")
    return changed_since, vanished, partial


def fetch_item(parser: Parser) -> FetchItem:
    """One `fetch-att`; a macro is none. Also what NOTIFY lists for MessageNew."""
    name = parser.keyword()
    if name in SIMPLE_NAMES:
        return _ATTRIBUTES[name]
    if name in (b"BODY", b"BODY.PEEK"):
        if not parser.peek(b"["):
            if name == b"BODY":
                return _ATTRIBUTES[name]
            raise WireError("BODY.PEEK needs a section")
        section = _section(parser)
        return Body(section, name == b"BODY.PEEK", _partial(parser))
    if name in (b"BINARY", b"BINARY.PEEK"):
        part = _binary_part(parser)
        return Binary(part, name == b"BINARY.PEEK", _partial(parser))
    if name == b"BINARY.SIZE":
        return BinarySize(_binary_part(parser))
    if name == b"PREVIEW":
        return _preview(parser)
    raise WireError("unknown FETCH data item")


def _preview(parser: Parser) -> Preview:
    # "PREVIEW" may be the last item before " (CHANGEDSINCE …)", so the parenthesis alone does not make it lazy.
    if parser.text[parser.pos : parser.pos + 7].upper() == b" (LAZY)":
        parser.pos += 7
        return Preview(lazy=True)
    return Preview(lazy=False)


def _part(parser: Parser) -> Part:
    """`section-part`: numbers joined by dots; a dot before a word is left to the caller."""
    numbers = [parser.nz_number()]
    while parser.peek(b".") and parser.text[parser.pos + 1 : parser.pos + 2].isdigit():
        parser.pos += 1
        numbers.append(parser.nz_number())
    return tuple(numbers)


def _binary_part(parser: Parser) -> Part:
    parser.expect(b"[")
    if parser.take(b"]"):
        return ()
    part = _part(parser)
    parser.expect(b"]")
    return part


def _section(parser: Parser) -> Section:
    parser.expect(b"[")
    if parser.take(b"]"):
        return Section()
    part: Part = ()
    if parser.text[parser.pos : parser.pos + 1].isdigit():
        part = _part(parser)
        if parser.take(b"]"):
            return Section(part)
        parser.expect(b".")
    text = parser.keyword()
    # "MIME" is a section-text but no section-msgtext: it "MUST be prefixed by one or more numeric".
    if text not in _SECTION_TEXTS or (text == b"MIME" and not part):
        raise WireError("unknown section")
    fields: tuple[bytes, ...] = ()
    if text.startswith(b"HEADER.FIELDS"):
        parser.sp()
        fields = tuple(parser.parenthesised(parser.astring))
    parser.expect(b"]")
    return Section(part, text, fields)


def _partial(parser: Parser) -> Partial | None:
    if not parser.take(b"<"):
        return None
    offset = parser.number64()
    parser.expect(b".")
    length = parser.number64()
    if not length:
        raise WireError("partial length must not be zero")
    parser.expect(b">")
    return Partial(offset, length)


def _origin(partial: Partial | None) -> bytes:
    return b"" if partial is None else b"<%d>" % partial.offset
