"""Pieces of the messages that the server writes: fields of any text, threads, parts (RFC 5322, RFC 2047, RFC 2046)."""

import secrets
from collections.abc import Sequence
from email.message import EmailMessage
from email.policy import SMTP

from mailproof_server.wire.mime.headers import message_ids

MAX_SUBJECT = 500
"""Characters of another's subject that are taken over."""
MAX_REFERENCES = 20
_MAX_IDENTIFIER_OCTETS = 900
"""A longer one would not fit into a line of 998 octets."""


def one_line(text: str) -> str:
    """A field's value: control characters would end the line, or the field."""
    return "".join(" " if ord(each) < 0x20 or 0x7F <= ord(each) <= 0x9F else each for each in text).strip()


def text_field(name: str, text: str) -> bytes:
    """A whole field with free text; what goes beyond ASCII is encoded (RFC 2047)."""
    message = EmailMessage(policy=SMTP)
    message[name] = one_line(text)
    return message.as_bytes().removesuffix(b"\r\n")


def addresses_field(name: str, addresses: Sequence[str]) -> bytes:
    """A whole field of bare addresses, one a line."""
    return name.encode() + b": " + b",\r\n ".join(b"<" + each.encode() + b">" for each in addresses) + b"\r\n"


def thread_fields(message_id: str, references: str = "") -> list[bytes]:
    """In-Reply-To and References of an answer, from the original's Message-ID and References (RFC 5322 3.6.4)."""
    originals = _identifiers(message_id)[:1]
    if not originals:
        return []
    chain = [*_identifiers(references), *originals]
    if len(chain) > MAX_REFERENCES:
        chain = [chain[0], *chain[1 - MAX_REFERENCES :]]
    return [b"In-Reply-To: " + originals[0] + b"\r\n", b"References: " + b"\r\n ".join(chain) + b"\r\n"]


def _identifiers(value: str) -> list[bytes]:
    found = (one_line(each).encode() for each in message_ids(value.encode("utf-8", "replace")))
    return [each for each in found if each.isascii() and len(each) <= _MAX_IDENTIFIER_OCTETS]


def text_part(text: str, subtype: str = "plain") -> bytes:
    """A text as a part or as the rest of a message: its fields, the blank line, the lines."""
    lines = "\r\n".join(text.splitlines()) + "\r\n"
    octets = lines.encode("utf-8", "replace")
    if any(len(line) > 990 for line in octets.split(b"\r\n")):
        message = EmailMessage(policy=SMTP)
        message.set_content(lines, subtype=subtype, charset="utf-8", cte="base64")
        del message["MIME-Version"]
        return message.as_bytes()
    encoding = b"7bit" if octets.isascii() else b"8bit"
    fields = b"Content-Type: text/" + subtype.encode() + b"; charset=utf-8\r\nContent-Transfer-Encoding: " + encoding
    return fields + b"\r\n\r\n" + octets


def multipart(subtype: str, parts: Sequence[bytes]) -> bytes:
    """Parts as the rest of a message. The boundary is new, and nobody can know it beforehand."""
    boundary = f"part-{secrets.token_hex(16)}".encode()
    encoding = b"7bit" if all(each.isascii() for each in parts) else b"8bit"
    pieces = [
        b"MIME-Version: 1.0\r\nContent-Type: multipart/" + subtype.encode() + b';\r\n boundary="' + boundary + b'"\r\n',
        b"Content-Transfer-Encoding: " + encoding + b"\r\n\r\n",
    ]
    for part in parts:
        pieces += [b"--" + boundary + b"\r\n", part, b"\r\n"]
    pieces.append(b"--" + boundary + b"--\r\n")
    return b"".join(pieces)
