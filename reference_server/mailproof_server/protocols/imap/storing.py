"""What APPEND and REPLACE share: bytes of the client as a message, and the APPENDUID code (RFC 4315)."""

import re

from mailproof_server.protocols.imap import flags
from mailproof_server.protocols.imap.numbering import ranges_of, set_of
from mailproof_server.services.messages import Incoming
from mailproof_server.store.base import Placement
from mailproof_server.wire.imap.append import AppendMessage

_BARE_LF = re.compile(rb"(?<!\r)\n")


def incoming(message: AppendMessage) -> Incoming:
    """The message to store. Bare LF becomes CRLF: FETCH promises lines that end with CRLF (RFC 9051 2.3.5).

    A literal8 is binary content (RFC 3516) and stays as it is.
    """
    data = message.data
    if not message.binary and data.count(b"\n") != data.count(b"\r\n"):
        data = _BARE_LF.sub(b"\r\n", data)
    return Incoming(data, flags.parse(message.flags), message.internal_date)


def appenduid(placement: Placement) -> bytes:
    """The response code without brackets."""
    return b"APPENDUID %d %b" % (placement.uid_validity, set_of(ranges_of(placement.uids)))
