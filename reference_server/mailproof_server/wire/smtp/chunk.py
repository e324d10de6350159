"""The argument of BDAT (RFC 3030 §2)."""

import re
from dataclasses import dataclass

from mailproof_server.wire.smtp import replies
from mailproof_server.wire.smtp.errors import WireError

_BDAT = re.compile(rb"(?P<size>[0-9]{1,20})(?: +(?P<last>LAST))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Chunk:
    """So many octets follow the command line, as they are."""

    size: int
    is_last: bool


def parse_chunk(argument: bytes) -> Chunk:
    """`octets [LAST]`. Raises WireError, a fatal one: how many octets of message text follow is then unknown."""
    found = _BDAT.fullmatch(argument)
    if found is None:
        raise WireError(replies.BAD_CHUNK, fatal=True)
    return Chunk(int(found.group("size")), found.group("last") is not None)
