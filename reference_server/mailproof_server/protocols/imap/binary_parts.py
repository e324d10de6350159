"""Binary parts of an appended message as base64 (RFC 3516 6).

"the server MUST issue BODYSTRUCTURE responses that describe the message as though the binary-encoded sections are
encoded in a CTE acceptable to the IMAP base specification", and FETCH BODY has to fit. Section 4.4 lets a server
"modify the CTE of the appended data", so the message is stored in the one form that all of FETCH shows.
"""

import base64
from collections.abc import Iterator

from mailproof_server.wire.mime import structure
from mailproof_server.wire.mime.headers import fields
from mailproof_server.wire.mime.structure import Part

_LINE = 57
"""Octets that make a line of 76 characters."""
_FIELD = b"content-transfer-encoding"


def textual(data: bytes) -> bytes:
    """The message with every binary part in base64, and no part that says that it is binary."""
    pieces: list[bytes] = []
    end = len(data)
    for part in sorted(_binary(structure.parse(data)), key=lambda each: each.header_start, reverse=True):
        is_leaf = not part.children and part.embedded is None
        if is_leaf:
            pieces += [data[part.end : end], _encoded(data[part.body_start : part.end])]
            end = part.body_start
        for field in reversed(fields(data, part.header_start, part.body_start)):
            if field.name == _FIELD:
                pieces += [data[field.value_end : end], b" base64" if is_leaf else b" 8bit"]
                end = field.value_start
    pieces.append(data[:end])
    return b"".join(reversed(pieces))


def _binary(part: Part) -> Iterator[Part]:
    if part.encoding == b"binary":
        yield part
    for child in part.children:
        yield from _binary(child)
    if part.embedded is not None:
        yield from _binary(part.embedded)


def _encoded(body: bytes) -> bytes:
    return b"".join(base64.b64encode(body[start : start + _LINE]) + b"\r\n" for start in range(0, len(body), _LINE))
