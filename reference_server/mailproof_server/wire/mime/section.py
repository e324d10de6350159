"""Body sections by number: which octets `BODY[...]` and `BINARY[...]` mean (RFC 3501 section 6.4.5, RFC 3516).

Places need the tree only, so that a server can read just those octets of a stored message.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from mailproof_server.wire.mime.headers import iter_fields
from mailproof_server.wire.mime.structure import Part
from mailproof_server.wire.mime.transfer import decode_transfer

WHOLE: Final = b""
HEADER: Final = b"HEADER"
TEXT: Final = b"TEXT"
MIME: Final = b"MIME"
HEADER_FIELDS: Final = b"HEADER.FIELDS"
HEADER_FIELDS_NOT: Final = b"HEADER.FIELDS.NOT"


def find_part(root: Part, numbers: Sequence[int]) -> Part | None:
    """The part with these numbers, None when there is none; no numbers mean the root."""
    part = container = root
    for depth, number in enumerate(numbers):
        if depth:
            if part.embedded is not None:
                # "A part of type MESSAGE/RFC822 also has nested part numbers, referring to parts of the MESSAGE part's
                # body."
                container = part.embedded
            elif part.children:
                container = part
            else:
                return None
        if 1 <= number <= len(container.children):
            part = container.children[number - 1]
        elif number == 1 and not container.children:
            # "Non-multipart messages with no encapsulated message only have a part 1": the message's own body.
            part = container
        else:
            return None
    return part


def locate(root: Part, numbers: Sequence[int], kind: bytes = WHOLE) -> tuple[int, int] | None:
    """The half-open range of octets of a section; None when the message has no such section.

    Args:
        root: the message.
        numbers: part numbers, counted from 1; empty for the message itself.
        kind: WHOLE, HEADER, TEXT or MIME.
    """
    part = find_part(root, numbers)
    if part is None:
        return None
    if not numbers:
        message: Part | None = part
        if kind == WHOLE:
            return part.header_start, part.end
    elif kind == WHOLE:
        return part.body_start, part.end
    elif kind == MIME:
        return part.header_start, part.body_start
    else:
        # "provided that the numeric part specifier refers to a part of type MESSAGE/RFC822".
        message = part.embedded
    if message is None:
        return None
    if kind == HEADER:
        return message.header_start, message.body_start
    if kind == TEXT:
        return message.body_start, message.end
    return None


def fetch(
    data: bytes, root: Part, numbers: Sequence[int], kind: bytes = WHOLE, names: Iterable[bytes] = ()
) -> bytes | None:
    """The octets of a section; None when the message has no such section.

    Args:
        data: the message.
        root: its tree.
        numbers: part numbers, counted from 1; empty for the message itself.
        kind: any of this module's six constants.
        names: field names of HEADER.FIELDS and HEADER.FIELDS.NOT, in any case.
    """
    if kind not in {HEADER_FIELDS, HEADER_FIELDS_NOT}:
        place = locate(root, numbers, kind)
        return None if place is None else data[place[0] : place[1]]
    place = locate(root, numbers, HEADER)
    if place is None:
        return None
    wanted = {name.lower() for name in names}
    keep_named = kind == HEADER_FIELDS
    chosen: list[bytes] = []
    position = place[0]
    for field in iter_fields(data, *place):
        position = field.end
        if (field.name in wanted) == keep_named:
            chosen.append(data[field.start : field.end])
    # "Subsetting does not exclude the delimiting blank line between the header and the body; the blank line is included
    # in all header fetches, except in the case of a message which has no body and no blank line."
    blank = data[position : place[1]]
    body = locate(root, numbers, TEXT)
    if not blank and body is not None and body[0] < body[1]:
        blank = b"\r\n"
    return b"".join(chosen) + blank


def decoded(data: bytes, part: Part) -> bytes | None:
    """The body of a part without its Content-Transfer-Encoding, for BINARY and BINARY.SIZE.

    None when the encoding is unknown or the base64 is broken: the command is to "issue a NO response that contains the
    UNKNOWN-CTE extended response code" (RFC 3516 section 4.3). Composite parts are given as they stand: RFC 2045
    section 6.4 allows them identity encodings only.
    """
    octets = data[part.body_start : part.end]
    if part.children or part.embedded is not None:
        return octets
    return decode_transfer(octets, part.encoding)
