"""BODYSTRUCTURE with the parameters of RFC 2231 decoded, for clients of IMAP4rev2 (RFC 9051 7.5.2).

"Servers SHOULD decode parameter-value continuations and parameter-value character sets as described in [RFC2231]".
RFC 3501 has no such sentence, and its clients join the pieces themselves, so the store keeps the pieces as they stand.
"""

import re
from collections.abc import Iterator

from mailproof_server.wire.mime.charsets import decode_charset
from mailproof_server.wire.mime.imap_form import string
from mailproof_server.wire.mime.parameters import parameter

_TOKEN = re.compile(rb'[() ]|"(?:[^"\\]|\\.)*+"|\{([0-9]+)\}\r\n|[^()" {]++', re.DOTALL)
_PIECE = re.compile(rb"([^*]+)\*(?:[0-9]+\*?)?")
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)


def decoded(form: bytes) -> bytes:
    """The ready BODY or BODYSTRUCTURE with each parameter under its own name, in UTF-8."""
    if b"*" not in form:
        return form
    opened: list[int] = []
    out: list[bytes] = []
    for token in _tokens(form):
        out.append(token)
        if token == b"(":
            opened.append(len(out) - 1)
        elif token == b")":
            start = opened.pop()
            # A list of parameters stands behind a word; one of addresses behind another list or at the beginning.
            if start and out[start - 1] == b" " and _is_parameters(out[start:]):
                out[start:] = [_rendered(out[start + 1 : -1])]
    return b"".join(out)


def _tokens(form: bytes) -> Iterator[bytes]:
    at = 0
    while match := _TOKEN.match(form, at):
        at = match.end() + int(match[1] or 0)
        yield form[match.start() : at]


def _is_parameters(tokens: list[bytes]) -> bool:
    """Whether these are strings in parentheses of which one is a piece."""
    inner = [token for token in tokens[1:-1] if token != b" "]
    if len(inner) % 2 or any(token[:1] not in (b'"', b"{") for token in inner):
        return False
    return any(_PIECE.fullmatch(_value(name)) for name in inner[::2])


def _value(token: bytes) -> bytes:
    if token.startswith(b'"'):
        return _ESCAPED.sub(rb"\1", token[1:-1])
    return token.partition(b"\r\n")[2]


def _rendered(tokens: list[bytes]) -> bytes:
    values = [_value(token) for token in tokens if token != b" "]
    pairs = list(zip(values[::2], values[1::2], strict=True))
    found: dict[bytes, tuple[bytes, bytes]] = {}
    for name, value in pairs:
        piece = _PIECE.fullmatch(name)
        base = piece[1] if piece else name
        whole = parameter(pairs, base.lower()) if piece else None
        if whole is not None:
            octets, charset = whole
            found[base.lower()] = base, decode_charset(octets, charset).encode() if charset else octets
        else:
            found.setdefault(name.lower(), (name, value))
    return b"(%b)" % b" ".join(b"%b %b" % (string(name), string(value)) for name, value in found.values())
