"""What APPEND and REPLACE share: bytes of the client as a message, and the APPENDUID code (RFC 4315)."""

import re

from mailproof_server.protocols.imap import flags
from mailproof_server.protocols.imap.binary_parts import textual
from mailproof_server.protocols.imap.numbering import ranges_of, set_of
from mailproof_server.protocols.imap.session import Session
from mailproof_server.services.messages import Incoming
from mailproof_server.store.base import Placement
from mailproof_server.wire.imap.append import AppendMessage

_BARE_LF = re.compile(rb"(?<!\r)\n")
_HEADER_END = re.compile(rb"\n\r?\n")
EIGHT_BIT_HEADER = b"8-bit header fields need ENABLE UTF8=ACCEPT"


def incoming(message: AppendMessage) -> Incoming:
    """The message to store. Bare LF becomes CRLF: FETCH promises lines that end with CRLF (RFC 9051 2.3.5).

    A literal8 is binary content (RFC 3516), whose parts are stored in base64.
    """
    data = textual(message.data) if message.binary else message.data
    if not message.binary and data.count(b"\n") != data.count(b"\r\n"):
        data = _BARE_LF.sub(b"\r\n", data)
    return Incoming(data, flags.parse(message.flags), message.internal_date)


def has_forbidden_header(session: Session, message: AppendMessage) -> bool:
    """Whether the header has 8-bit characters that this client may not send yet.

    "If an IMAP server supports "UTF8=ACCEPT" and the IMAP client has not issued the "ENABLE UTF8=ACCEPT" command, the
    server MUST reject, with a "NO" response, an "APPEND" command that includes any 8-bit character in message header
    fields" (RFC 9755 4). IMAP4rev2 "includes everything in this extension".
    """
    if session.utf8 or not session.has(b"UTF8=ACCEPT"):
        return False
    end = _HEADER_END.search(message.data)
    return not message.data[: end.start() if end else None].isascii()


def appenduid(placement: Placement) -> bytes:
    """The response code without brackets."""
    return b"APPENDUID %d %b" % (placement.uid_validity, set_of(ranges_of(placement.uids)))
