"""Content-Type and Content-Disposition values with their parameters (RFC 2045 section 5.1, RFC 2183, RFC 2231).

Parsing keeps parameters as they stand in the message (RFC 2231 pieces included), because BODYSTRUCTURE shows them so;
`parameter` puts the pieces together. Tolerated: missing and doubled semicolons, unquoted values with spaces, comments
anywhere, an unclosed quote, a lone type without subtype.
"""

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import unquote_to_bytes

from mailproof_server.wire.mime.addresses import MAX_COMMENT_DEPTH
from mailproof_server.wire.mime.charsets import decode_charset, decode_raw
from mailproof_server.wire.mime.encoded_words import decode_header

Parameters = Sequence[tuple[bytes, bytes]]

#: Parameters of one field that are read. The longest real ones are RFC 2231 file names of some dozen pieces.
MAX_PARAMETERS: Final = 50

_TOKEN: Final = rb"[^\s;=()<>@,\\:\"/\[\]?]++"
_TYPE: Final = re.compile(rb"(" + _TOKEN + rb")(?:/(" + _TOKEN + rb"))?")
_WORD: Final = re.compile(_TOKEN)
# A parameter as mailers write it; the tolerant reader takes over at the first other one.
_USUAL: Final = re.compile(
    rb"[ \t]*+;[ \t]*+(" + _TOKEN + rb")=(?:\"([^\"\\\r\n]*+)\"|(" + _TOKEN + rb"))(?=[ \t]*+(?:;|\Z))"
)
_BLANKS: Final = re.compile(rb"(?:\s++|\([^()\\]*+\))*+")
# All that may stand before the next parameter: punctuation, comments, and words that no "=" follows.
_BETWEEN: Final = re.compile(rb"(?:[\s;=\")]++|\([^()\\]*+\)|[^\s;=()\"]++(?=\s*+(?:[;)\"]|\Z)))*+")
_COMMENT: Final = re.compile(rb"\([^()]*+\)")
_COMMENT_MARK: Final = re.compile(rb"[()]|\\.", re.DOTALL)
_NAME: Final = re.compile(rb"([^\s;=()\"]++)\s*+(=?)\s*+")
_QUOTED: Final = re.compile(rb'"([^"\\]*+(?:\\.[^"\\]*+)*+)"?', re.DOTALL)
_BARE: Final = re.compile(rb"[^\s;\"]*+(?:[ \t]++(?!\()[^\s;=\"]++(?![ \t]*+=))*+")
_ESCAPE: Final = re.compile(rb"\\(.)", re.DOTALL)
_PIECE: Final = re.compile(rb"(?:\*(\d{1,4}))?(\*?)", re.DOTALL)


def parse_content_type(value: bytes) -> tuple[bytes, bytes, list[tuple[bytes, bytes]]] | None:
    """Type, subtype (lower case) and parameters of an unfolded Content-Type; None when there is no type to be read.

    A lone `text` is text/plain, as old mailers meant it (RFC 1049); any other lone word names no media type.
    """
    match = _TYPE.match(value, 0) or _TYPE.match(value, _skip_blanks(value, 0))
    if match is None:
        return None
    major, position = match[1].lower(), match.end()
    if match[2] is not None:
        minor = match[2].lower()
    else:
        # Comments may stand around the slash.
        slash = _skip_blanks(value, position)
        word = _WORD.match(value, _skip_blanks(value, slash + 1)) if value[slash : slash + 1] == b"/" else None
        if word is not None:
            minor, position = word[0].lower(), word.end()
        elif major == b"text":
            minor = b"plain"
        else:
            return None
    return major, minor, _parameters(value, position)


def parse_disposition(value: bytes) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """Disposition (lower case) and parameters of an unfolded Content-Disposition.

    A value that names no disposition is an attachment: "Unrecognized disposition types should be treated as
    'attachment'" (RFC 2183 section 2.8).
    """
    position = _skip_blanks(value, 0)
    match = _WORD.match(value, position)
    if match is None:
        return b"attachment", _parameters(value, position)
    if value[match.end() : match.end() + 1] == b"=":
        return b"attachment", _parameters(value, position)
    return match[0].lower(), _parameters(value, match.end())


def parse_token(value: bytes) -> bytes:
    """The one token of a value such as Content-Transfer-Encoding, in lower case, comments removed.

    A value of several words (`8 bit`) is returned whole: it is no known token, and must not become one by cutting.
    """
    match = _WORD.match(value, _skip_blanks(value, 0))
    if match is not None and _skip_blanks(value, match.end()) >= len(value):
        return match[0].lower()
    return value.lower()


def parse_words(value: bytes) -> list[bytes]:
    """The comma-separated tokens of a value such as Content-Language, comments removed."""
    return _WORD.findall(_COMMENT.sub(b" ", value))[:MAX_PARAMETERS]


def parameter(parameters: Parameters, name: bytes) -> tuple[bytes, str] | None:
    """The octets of a parameter and the charset they are in (empty: not stated); RFC 2231 pieces joined and decoded.

    Args:
        parameters: as `parse_content_type` returns them.
        name: in lower case.
    """
    plain: bytes | None = None
    pieces: dict[int, tuple[bytes, bool]] = {}
    size = len(name)
    for key, value in parameters:
        if len(key) < size or key[:size].lower() != name:
            continue
        if len(key) == size:
            plain = value if plain is None else plain
        elif (match := _PIECE.fullmatch(key, size)) is not None:
            pieces.setdefault(int(match[1] or 0), (value, bool(match[2])))
    # Mailers that write both mean the plain one for readers that do not know RFC 2231.
    if 0 not in pieces:
        return None if plain is None else (plain, "")
    first, is_encoded = pieces[0]
    charset = b""
    if is_encoded and first.count(b"'") >= 2:
        charset, _, first = first.split(b"'", 2)
        pieces[0] = first, True
    octets: list[bytes] = []
    while len(octets) in pieces:
        piece, is_encoded = pieces[len(octets)]
        octets.append(unquote_to_bytes(piece) if is_encoded else piece)
    return b"".join(octets), charset.decode("ascii", "replace")


def parameter_text(parameters: Parameters, name: bytes) -> str | None:
    """A parameter as text; encoded-words inside it, which RFC 2047 forbids and mailers write, are decoded too."""
    found = parameter(parameters, name)
    if found is None:
        return None
    octets, charset = found
    if charset:
        return decode_charset(octets, charset)
    return decode_header(octets) if b"=?" in octets else decode_raw(octets)


def _parameters(value: bytes, position: int) -> list[tuple[bytes, bytes]]:
    found: list[tuple[bytes, bytes]] = []
    size = len(value)
    while (usual := _USUAL.match(value, position)) is not None and len(found) < MAX_PARAMETERS:
        name, quoted, bare = usual.groups()
        found.append((name, bare if quoted is None else quoted))
        position = usual.end()
    while position < size and len(found) < MAX_PARAMETERS:
        position = _end(_BETWEEN, value, position)
        match = _NAME.match(value, position)
        if match is None:
            position = _skip_blanks(value, position)  # a nested comment, or the end
            continue
        name, equals = match.groups()
        position = match.end()
        if not equals:
            continue  # a word without "=" is no parameter
        position = _skip_blanks(value, position)
        match = _QUOTED.match(value, position)
        if match is not None:
            position = match.end()
            found.append((name, _ESCAPE.sub(rb"\1", match[1]) if b"\\" in match[1] else match[1]))
        else:
            start, position = position, _end(_BARE, value, position)
            found.append((name, value[start:position]))
    return found


def _end(pattern: re.Pattern[bytes], value: bytes, position: int) -> int:
    match = pattern.match(value, position)
    return match.end() if match else position


def _skip_blanks(value: bytes, position: int) -> int:
    """The place after white space and comments; comments nest, an unclosed one runs to the end of the value."""
    while True:
        position = _end(_BLANKS, value, position)
        if value[position : position + 1] != b"(":
            return position
        depth = 0
        for mark in _COMMENT_MARK.finditer(value, position):
            kind = mark[0]
            if kind == b"(":
                depth += 1
                if depth > MAX_COMMENT_DEPTH:
                    return len(value)
            elif kind == b")":
                depth -= 1
                if depth == 0:
                    position = mark.end()
                    break
        else:
            return len(value)
