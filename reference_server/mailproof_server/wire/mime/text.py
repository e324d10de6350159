"""Texts that a message is found and shown by: search text, preview, attachment mark (RFC 3501 section 6.4.4, RFC 8970).

Search text is compared as `fold` leaves it, on both sides. `fold` is Unicode case folding: what i;unicode-casemap
(RFC 5051) does to letters, without its decomposition. Bringing a long run of combining marks into canonical order takes
quadratic time, which a sender could use; a precomposed and a decomposed "é" therefore do not match.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from mailproof_server.wire.mime.charsets import decode_charset, decode_raw
from mailproof_server.wire.mime.encoded_words import decode_header
from mailproof_server.wire.mime.headers import Field, fields
from mailproof_server.wire.mime.html import strip_markup
from mailproof_server.wire.mime.parameters import parameter, parameter_text
from mailproof_server.wire.mime.structure import Part
from mailproof_server.wire.mime.transfer import decode_leniently

#: Characters that are kept of the header and of the body for searching, each.
SEARCH_LIMIT: Final = 1 << 20
#: Characters of a preview (RFC 8970 section 3.1: not "longer than 200 characters").
PREVIEW_LIMIT: Final = 200

#: Octets of a text part that a preview is looked for in: style sheets before the first word are often this long.
_PREVIEW_OCTETS: Final = 1 << 17
_PREVIEW_SUBTYPES: Final = frozenset({b"plain", b"html", b"enriched"})
_MARKUP_SUBTYPES: Final = frozenset({b"html", b"enriched", b"xhtml"})
_NOT_PLAIN: Final = (b"=?", b" :", b"\t:", b"\0")
_FOLD: Final = re.compile(r"\r?\n(?=[ \t])")
_CONTROLS: Final = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)], " ")
#: Parts that belong to the message's own protection and not to its user.
_SIGNATURES: Final = frozenset({b"pkcs7-signature", b"x-pkcs7-signature", b"pgp-signature", b"pgp-encrypted"})


class SearchText(msgspec.Struct, frozen=True):
    """What SEARCH looks into.

    Attributes:
        headers: one line per field of the message's header, in order: name, colon, value, with or without white space
            before the value; encoded-words decoded, unfolded, folded by `fold`. A line that is no field stands alone.
            So `HEADER name x` is a look at the lines that begin with `name:`, and the header half of TEXT a look at
            the whole.
        body: the text parts decoded, markup stripped, folded by `fold`; with them the headers of embedded messages and
            the names and descriptions of all parts.
        is_complete: False when a limit has cut one of the two.
    """

    headers: str
    body: str
    is_complete: bool


def fold(text: str) -> str:
    """Text as search compares it; apply it to the key too."""
    return text.casefold()


def search_text(data: bytes, part: Part, limit: int = SEARCH_LIMIT) -> SearchText:
    """The search text of a message, at most `limit` characters each of header and body."""
    return search_text_of(data, part, fields(data, part.header_start, part.body_start), limit)


def search_text_of(data: bytes, part: Part, header: Sequence[Field], limit: int = SEARCH_LIMIT) -> SearchText:
    """As `search_text`, for a caller that has the fields of the message's header."""
    head = _Collector(limit)
    _collect_header(head, data, header)
    body = _Collector(limit)
    _collect_body(body, data, part)
    return SearchText(fold("\n".join(head.pieces)), fold("\n".join(body.pieces)), head.room > 0 and body.room > 0)


class _Collector:
    """Pieces of text up to a number of characters; `room` is what is left."""

    __slots__ = ("pieces", "room")

    def __init__(self, limit: int) -> None:
        self.pieces: list[str] = []
        self.room = limit

    def add(self, text: str) -> None:
        if text and self.room > 0:
            self.pieces.append(text[: self.room])
            self.room -= len(text)


def _collect_header(into: _Collector, data: bytes, header: Sequence[Field]) -> None:
    if not header:
        return
    block = data[header[0].start : header[-1].end]
    if len(block) < into.room and block.isascii() and not any(mark in block for mark in _NOT_PLAIN):
        # Nothing is encoded and every name stands right before its colon: unfolded, the header is its own text.
        into.add(_FOLD.sub("", block.decode()).replace("\r\n", "\n").rstrip("\n"))
        return
    for field in header:
        room = into.room
        if room <= 0:
            return
        value = field.value(data)
        # No octet gives more than one character, so nothing that would be kept is cut here.
        text = decode_header(value if len(value) <= room else value[:room])
        if "\n" in text:
            text = text.replace("\n", " ")
        into.add(f"{decode_raw(field.name)}: {text}" if field.name else text)


def _collect_body(into: _Collector, data: bytes, part: Part) -> None:
    if into.room <= 0:
        return
    if part.params or part.disposition_params:
        into.add(filename(part))
    if part.description:
        into.add(decode_header(part.description))
    for child in part.children:
        _collect_body(into, data, child)
    if part.embedded is not None:
        embedded = part.embedded
        _collect_header(into, data, fields(data, embedded.header_start, embedded.body_start))
        _collect_body(into, data, embedded)
    elif part.type == b"text":
        # Quoted-printable takes three octets for one, UTF-8 and UTF-32 up to four octets for one character.
        text = _part_text(data, part, into.room * 4 + 4096)
        into.add(strip_markup(text) if part.subtype in _MARKUP_SUBTYPES else text)


def part_text(data: bytes, part: Part) -> str:
    """The text of a text part: transfer encoding and charset undone, markup left in place."""
    return _part_text(data, part, part.end - part.body_start)


def _part_text(data: bytes, part: Part, octets_limit: int) -> str:
    raw = data[part.body_start : min(part.end, part.body_start + octets_limit)]
    octets = decode_leniently(raw, part.encoding)
    charset = parameter(part.params, b"charset") if part.params else None
    if charset is None:
        return decode_raw(octets)
    return decode_charset(octets, charset[0].decode("ascii", "replace"))


def filename(part: Part) -> str:
    """The file name of a part (Content-Disposition's filename, else Content-Type's name), or an empty string."""
    name = parameter_text(part.disposition_params, b"filename") if part.disposition_params else None
    if name is None and part.params:
        name = parameter_text(part.params, b"name")
    return name or ""


def preview(data: bytes, part: Part, limit: int = PREVIEW_LIMIT) -> str:
    """The beginning of what a reader would see, at most `limit` characters, white space collapsed.

    Empty when the message has no text of its own (RFC 8970 section 3.1: "the server MUST return a zero-length string"
    when it can give no preview).
    """
    for candidate in _preview_candidates(part):
        text = _part_text(data, candidate, _PREVIEW_OCTETS)
        if candidate.subtype in _MARKUP_SUBTYPES:
            text = strip_markup(text, skip_head=True)
        # First from so much text as nearly always is enough, then from all of it.
        for window in (limit * 3, len(text)):
            shown = " ".join(text[:window].translate(_CONTROLS).split())
            if len(shown) >= limit or window >= len(text):
                break
        if shown:
            return shown[:limit].rstrip()
    return ""


def _preview_candidates(part: Part) -> Iterator[Part]:
    """Text parts in the order in which they are worth showing."""
    if part.children:
        if part.subtype == b"encrypted":
            return
        children = part.children
        if part.subtype == b"alternative":
            children = sorted(children, key=lambda child: child.subtype != b"plain")
        for child in children:
            yield from _preview_candidates(child)
    elif part.type == b"text" and part.subtype in _PREVIEW_SUBTYPES and part.disposition != b"attachment":
        yield part


def has_attachment(root: Part) -> bool:
    """Whether a user would say that the message has an attachment.

    Not attachments: texts, other forms of a text (multipart/alternative), images that an HTML part shows by their
    Content-ID, signatures, and the machine-readable parts of reports.
    """
    if not root.children:
        return root.type != b"text" or root.disposition == b"attachment"
    return any(_holds_attachment(child, root) for child in root.children)


def _holds_attachment(part: Part, parent: Part) -> bool:
    if part.children:
        return any(_holds_attachment(child, part) for child in part.children)
    if part.type == b"application" and part.subtype in _SIGNATURES:
        return False
    if part.disposition == b"attachment":
        return True
    if parent.subtype in {b"alternative", b"report"}:
        return False
    if part.type == b"text":
        return part.disposition is None and filename(part) != ""
    return not (part.content_id is not None and (parent.subtype == b"related" or part.disposition == b"inline"))
