"""Header fields with their places: iterate, unfold, look up, and read identifiers (RFC 5322 sections 2.2 and 3.6.4).

Values are raw octets: an encoded-word stays as it is until `encoded_words.decode_header` is asked. A header is never
refused. A line that is no field (no colon, or blanks inside the name) is kept as a `Field` with an empty name, so that
HEADER.FIELDS.NOT and the search text lose nothing.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

import msgspec

from mailproof_server.wire.mime.addresses import Address, Group, address_list
from mailproof_server.wire.mime.charsets import decode_raw
from mailproof_server.wire.mime.dates import parse_date
from mailproof_server.wire.mime.encoded_words import decode_header
from mailproof_server.wire.mime.subjects import base_subject

__all__ = [
    "MAX_FIELDS",
    "Address",
    "Field",
    "Group",
    "address_list",
    "all_values",
    "base_subject",
    "decode_header",
    "fields",
    "first_value",
    "message_ids",
    "parse_date",
    "unfold",
]

#: Fields of one header that are looked at when a message is described. RFC 5322 sets no limit; a header of millions
#: of one-letter fields must not cost seconds. Sections are cut from the octets and know no such limit.
MAX_FIELDS: Final = 10_000

# The blank line that ends a header, or one unfolded line: a name, a colon, and every following line that begins with
# white space. Possessive quantifiers keep no way back, so a field of a million lines needs no memory.
_LINE: Final = re.compile(rb"(\r?\n)|(?:([^\x00- :\x7f]++)[ \t]*+:)?+([^\n]*+(?:\n[ \t][^\n]*+)*+)\n?")
_FOLD: Final = re.compile(rb"\r?\n")
_MESSAGE_ID: Final = re.compile(rb"<([^<>]*)>")
_ID_QUOTES: Final = re.compile(rb'^"([^"\\]*)"(@.*)$', re.DOTALL)
_BLANKS: Final = re.compile(rb"\s+")


class Field(msgspec.Struct, gc=False):
    """One header field and its place in the message.

    Attributes:
        name: in lower case, without the colon; empty for a line that is no field.
        start: offset of the first octet of the name.
        value_start: offset of the first octet after the colon.
        end: offset after the last line's line end.
        value_end: offset after the last octet of the value, without the line end.
    """

    name: bytes
    start: int
    value_start: int
    value_end: int
    end: int

    def raw_value(self, data: bytes) -> bytes:
        """The octets after the colon as they stand in the message, folds included."""
        return data[self.value_start : self.value_end]

    def value(self, data: bytes) -> bytes:
        """The value unfolded, without white space around it."""
        return unfold(data[self.value_start : self.value_end])


def iter_fields(data: bytes, start: int, end: int) -> Iterator[Field]:
    """Yield every field of the header that fills `data[start:end]`; the blank line that ends it is not yielded."""
    for match in _LINE.finditer(data, start, end):
        line_start, line_end = match.span()
        name = match[2] or b""
        if match[1] or line_start == line_end:
            return
        value_start, value_end = match.span(3)
        if value_end > value_start and data[value_end - 1] == 13:
            value_end -= 1
        yield Field(name.lower(), line_start, value_start, value_end, line_end)


def fields(data: bytes, start: int, end: int, limit: int = MAX_FIELDS) -> list[Field]:
    """The first `limit` fields of the header that fills `data[start:end]`."""
    return list(islice(iter_fields(data, start, end), limit))


def first_value(data: bytes, header: Iterable[Field], name: bytes) -> bytes | None:
    """The unfolded value of the first field called `name` (lower case); None when the header has none."""
    for field in header:
        if field.name == name:
            return field.value(data)
    return None


def all_values(data: bytes, header: Iterable[Field], name: bytes) -> list[bytes]:
    """The unfolded values of all fields called `name` (lower case), in order."""
    return [field.value(data) for field in header if field.name == name]


def unfold(raw: bytes) -> bytes:
    """Undo folding and trim: "removing any CRLF that is immediately followed by WSP" (RFC 5322 section 2.2.3)."""
    if b"\n" in raw:
        raw = _FOLD.sub(b"", raw)
    return raw.strip(b" \t\r\n")


def message_ids(value: bytes, limit: int = 1000) -> list[str]:
    """The message identifiers of a Message-ID, In-Reply-To or References value, as `<left@right>`.

    Normalised as RFC 5256 section 3 asks: quotes around the left part are removed, since `<"a"@b>` and `<a@b>` are the
    same identifier. Of more than `limit` identifiers the first (the root of the thread) and the last ones are kept.
    """
    found = _MESSAGE_ID.findall(unfold(value))
    if len(found) > limit:
        found = [found[0], *found[len(found) - limit + 1 :]]
    ids = []
    for octets in found:
        if b" " in octets or b"\t" in octets:
            octets = _BLANKS.sub(b"", octets)
        if octets[:1] == b'"':
            octets = _ID_QUOTES.sub(rb"\1\2", octets)
        if octets:
            ids.append("<" + decode_raw(octets) + ">")
    return ids
