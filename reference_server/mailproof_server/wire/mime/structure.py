"""The MIME tree of a message as byte offsets, found in one pass (RFC 2045, RFC 2046 section 5, RFC 5322 section 2.1).

The scanner walks forward only. Inside a body it jumps from one `LF "--"` to the next and asks a dictionary whether the
line is a delimiter of any multipart that is open; so the cost does not grow with the depth. The rules:

1. A delimiter line is `--boundary`, or `--boundary--`, followed by nothing but white space. (RFC 2046 section 5.1.1
   also allows a comparison by prefix. Then `--ab` would end a part of the boundary `a`, and two nested boundaries of
   which one begins the other could not be told apart.)
2. When a line fits several open multiparts (the same boundary used twice; `a--` beside `a`) the innermost one gets it.
   A delimiter of an outer multipart closes the inner ones, whose end delimiter is missing.
3. A header ends at the first blank line. Inside a multipart it also ends at a delimiter line, and at the line that is
   the delimiter of the very boundary that the header has just declared (mailers do forget the blank line).
4. Every multipart has at least one part: where no delimiter is found, its whole body is one text/plain part. Clients
   cannot address a multipart without parts, and RFC 3501's grammar has no way to write one.
5. Below `max_depth`, and after `max_parts` parts, a container is an opaque leaf. Nothing raises, whatever the octets.

Offsets: the header is `[header_start, body_start)` and includes the blank line; the body is `[body_start, end)`. "The
CRLF preceding the boundary delimiter line is conceptually attached to the boundary": it is in neither part.
"""

import re
from typing import Final

import msgspec

from mailproof_server.wire.mime.headers import Field, fields
from mailproof_server.wire.mime.parameters import (
    parameter,
    parse_content_type,
    parse_disposition,
    parse_token,
    parse_words,
)

#: Defaults of `parse`. Deeper and larger trees than these come from attackers, not from mailers.
MAX_DEPTH: Final = 100
MAX_PARTS: Final = 10_000
#: The scanner calls itself once per level; no argument may bring it near the interpreter's limit.
_DEPTH_CEILING: Final = 200

# A line end that is followed by a blank line or by a line that may be a delimiter.
_HEADER_STOP: Final = re.compile(rb"\n(?=\r?\n|--)")
_CONTENT_TYPE: Final = re.compile(rb"content-type", re.IGNORECASE)
#: RFC 2045 section 5.2: what "is assumed if no Content-Type header field is specified", and when it cannot be read.
_DEFAULT_PARAMS: Final = ((b"CHARSET", b"US-ASCII"),)
_EMBEDDED_SUBTYPES: Final = frozenset({b"rfc822", b"global"})


class Part(msgspec.Struct, array_like=True, omit_defaults=True):
    """One node of the MIME tree; the root is the message itself.

    Attributes:
        header_start: offset of the first octet of the header.
        body_start: offset after the blank line (of the first octet of the body).
        end: offset after the last octet of the body.
        type: media type in lower case.
        subtype: media subtype in lower case.
        params: parameters of the Content-Type, names and values as in the message, quotes and escapes removed.
        encoding: Content-Transfer-Encoding in lower case; `7bit` when absent.
        lines: line ends in the body; counted for text and embedded messages only, else 0.
        children: the parts of a multipart (never empty then), else empty.
        embedded: the message inside a message/rfc822 or message/global part, else None.
        content_id, description, md5, location: the unfolded field; None when absent.
        disposition: in lower case; None when absent.
        disposition_params: as `params`.
        language: the tags of Content-Language.
    """

    header_start: int
    body_start: int
    end: int
    type: bytes = b"text"
    subtype: bytes = b"plain"
    params: list[tuple[bytes, bytes]] = []
    encoding: bytes = b"7bit"
    lines: int = 0
    children: "list[Part]" = []
    embedded: "Part | None" = None
    content_id: bytes | None = None
    description: bytes | None = None
    disposition: bytes | None = None
    disposition_params: list[tuple[bytes, bytes]] = []
    language: list[bytes] = []
    location: bytes | None = None
    md5: bytes | None = None

    @property
    def size_bytes(self) -> int:
        """Octets of the body in its transfer encoding (RFC 3501: body size)."""
        return self.end - self.body_start


def _clip(part: Part, end: int) -> None:
    """Let a part end at `end`, and what is last in it no later: the CRLF before an outer delimiter is in no part."""
    part.end = end
    part.header_start = min(part.header_start, end)
    part.body_start = min(part.body_start, end)
    if part.embedded is not None:
        _clip(part.embedded, min(part.embedded.end, end))
    elif part.children:
        _clip(part.children[-1], min(part.children[-1].end, end))


_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(Part)


def encode(part: Part) -> bytes:
    """The tree as a compact blob for the store."""
    return _encoder.encode(part)


def decode(blob: bytes) -> Part:
    """The tree that `encode` wrote.

    Raises:
        msgspec.ValidationError, msgspec.DecodeError: the blob is not one that `encode` wrote.
    """
    return _decoder.decode(blob)


def parse(data: bytes | memoryview, max_depth: int = MAX_DEPTH, max_parts: int = MAX_PARTS) -> Part:
    """The MIME tree of a message; any octets give a tree.

    Args:
        data: the whole message. Line ends may be CRLF or LF.
        max_depth: containers (multiparts and embedded messages) that may be open at once.
        max_parts: parts in the whole tree.
    """
    return parse_with_header(data if isinstance(data, bytes) else bytes(data), max_depth, max_parts)[0]


def parse_with_header(data: bytes, max_depth: int = MAX_DEPTH, max_parts: int = MAX_PARTS) -> tuple[Part, list[Field]]:
    """As `parse`, and the fields of the message's own header, which the scanner has read anyway."""
    scanner = _Scanner(data, max_depth, max_parts)
    return scanner.part(0, in_digest=False), scanner.root_header


class _Scanner:
    """The walk. `stop_*` and `next_start` describe the delimiter line it stands at, or the end of the data."""

    def __init__(self, data: bytes, max_depth: int, max_parts: int) -> None:
        self.data = data
        self.size = len(data)
        self.max_depth = min(max_depth, _DEPTH_CEILING)
        self.max_parts = max_parts
        self.count = 0
        self.depth = 0
        self.open: dict[bytes, int] = {}  # boundary -> depth of the innermost open multipart that uses it
        self.root_header: list[Field] = []
        self.stop_depth = 0  # depth of the multipart that the delimiter belongs to; 0 at the end of the data
        self.stop_closes = False
        self.stop_end = self.size  # where the part before the delimiter ends
        self.next_start = self.size  # where the part after the delimiter begins

    def part(self, start: int, *, in_digest: bool) -> Part:
        """Read the part that begins at `start`; afterwards the scanner stands at the delimiter that ends it."""
        header_end, body_start = self._header_end(start)
        header = fields(self.data, start, header_end)
        if self.count == 0:
            self.root_header = header
        self.count += 1
        part = Part(start, body_start, body_start)
        _describe(part, self.data, header, in_digest=in_digest)
        boundary = _boundary(part) if part.type == b"multipart" else None
        is_embedded = part.type == b"message" and part.subtype in _EMBEDDED_SUBTYPES
        if (boundary or is_embedded) and (self.depth >= self.max_depth or self.count >= self.max_parts):
            part.type, part.subtype, part.params = b"application", b"octet-stream", []
            self._to_stop(body_start)
        elif boundary:
            self._children(part, boundary)
        elif is_embedded:
            self.depth += 1
            embedded = part.embedded = self.part(body_start, in_digest=False)
            self.depth -= 1
            if embedded.body_start > self.stop_end and not embedded.children and embedded.embedded is None:
                # A message of header fields only: the CRLF before the delimiter is not its own, even if that leaves
                # its last field without a line end.
                embedded.body_start = embedded.end = max(body_start, self.stop_end)
        else:
            self._to_stop(body_start)
        self._finish(part)
        return part

    def _finish(self, part: Part) -> None:
        # The line end of a part's header stays with the header, even where a delimiter follows at once and RFC 2046
        # would count its CRLF to the delimiter: `BODY[1.MIME]` ends with a blank line. Hence the maxima.
        end = max(part.body_start, self.stop_end)
        _clip(part, end)
        if part.type == b"multipart" and not part.children:
            child = Part(part.body_start, part.body_start, end, params=list(_DEFAULT_PARAMS))
            child.lines = self.data.count(b"\n", part.body_start, end)
            part.children = [child]
        elif part.type == b"text" or part.embedded is not None:
            part.lines = self.data.count(b"\n", part.body_start, end)

    def _children(self, part: Part, boundary: bytes) -> None:
        outer_depth = self.open.get(boundary)
        self.depth += 1
        depth = self.open[boundary] = self.depth
        in_digest = part.subtype == b"digest"
        children: list[Part] = []
        self._to_stop(part.body_start)  # over the preamble
        while self.stop_depth == depth and not self.stop_closes and self.count < self.max_parts:
            children.append(self.part(self.next_start, in_digest=in_digest))
        if outer_depth is None:
            del self.open[boundary]
        else:
            self.open[boundary] = outer_depth
        self.depth -= 1
        if self.stop_depth == depth:
            self._to_stop(self.next_start)  # over the epilogue, to a delimiter of an outer multipart
        part.children = children

    def _header_end(self, start: int) -> tuple[int, int]:
        """Where the header that begins at `start` ends, without and with its blank line."""
        data = self.data
        if start == 0 and data[:2] == b"\r\n":
            return 0, 2
        if start == 0 and data[:1] == b"\n":
            return 0, 1
        position = max(start - 1, 0)
        unread = start
        declared: bytes | None = None
        while (match := _HEADER_STOP.search(data, position)) is not None:
            line = position = match.end()
            if data[line] != 45:
                return line, line + (1 if data[line] == 10 else 2)
            if self._is_delimiter(line):
                return line, line
            # Rule 3: look for the header's own boundary, each field once.
            if declared is None and _CONTENT_TYPE.search(data, unread, line):
                declared = _declared_boundary(data, unread, line)
            unread = line
            if declared is not None and self._line_token(line)[0] == declared:
                return line, line
        return self.size, self.size

    def _to_stop(self, position: int) -> None:
        """Go to the next delimiter line of an open multipart at or after the line that begins at `position`."""
        if self.open:
            data = self.data
            line = max(position - 1, 0)  # every line but the first follows a line end
            while (line := data.find(b"\n--", line)) >= 0:
                line += 1
                if self._is_delimiter(line):
                    return
        self.stop_depth = 0
        self.stop_closes = False
        self.stop_end = self.next_start = self.size

    def _line_token(self, line: int) -> tuple[bytes, int]:
        """What follows the two hyphens of the line at `line`, and where the next line begins."""
        line_end = self.data.find(b"\n", line)
        if line_end < 0:
            line_end = self.size
        return self.data[line + 2 : line_end].rstrip(b" \t\r"), min(line_end + 1, self.size)

    def _is_delimiter(self, line: int) -> bool:
        """Whether the line at `line`, which begins with two hyphens, ends a part; if so the scanner stops there."""
        if not self.open:
            return False
        token, next_start = self._line_token(line)
        depth = self.open.get(token, 0)
        closes = False
        if token[-2:] == b"--":
            closing_depth = self.open.get(token[:-2], 0)
            if closing_depth > depth:
                depth, closes = closing_depth, True
        if not depth:
            return False
        self.stop_depth = depth
        self.stop_closes = closes
        self.stop_end = line - 2 if self.data[line - 2 : line - 1] == b"\r" else line - 1
        self.next_start = next_start
        return True


def _boundary(part: Part) -> bytes | None:
    found = parameter(part.params, b"boundary")
    # "boundary := 0*69<bchars> bcharsnospace": white space at the end can only be an accident.
    return found[0].rstrip(b" \t") or None if found else None


def _declared_boundary(data: bytes, start: int, end: int) -> bytes | None:
    part = Part(start, end, end)
    header = [field for field in fields(data, start, end) if field.name == b"content-type"]
    _describe(part, data, header, in_digest=False)
    return _boundary(part) if part.type == b"multipart" else None


def _describe(part: Part, data: bytes, header: list[Field], *, in_digest: bool) -> None:
    """Fill in what the Content-* fields say; of a field that stands twice the first counts."""
    seen: set[bytes] = set()
    for field in header:
        name = field.name
        if name[:8] != b"content-" or name in seen:
            continue
        seen.add(name)
        value = field.value(data)
        if name == b"content-type":
            parsed = parse_content_type(value)
            if parsed is not None:
                part.type, part.subtype, part.params = parsed
            else:
                part.params = list(_DEFAULT_PARAMS)
        elif name == b"content-transfer-encoding":
            part.encoding = parse_token(value) or b"7bit"
        elif name == b"content-disposition":
            if value:
                part.disposition, part.disposition_params = parse_disposition(value)
        elif name == b"content-id":
            part.content_id = value
        elif name == b"content-description":
            part.description = value
        elif name == b"content-language":
            part.language = parse_words(value)
        elif name == b"content-location":
            part.location = value
        elif name == b"content-md5":
            part.md5 = value
    if b"content-type" not in seen:
        # RFC 2046 section 5.1.5: in a digest "the default Content-Type value for a body part is changed from
        # 'text/plain' to 'message/rfc822'".
        if in_digest:
            part.type, part.subtype = b"message", b"rfc822"
        else:
            part.params = list(_DEFAULT_PARAMS)
