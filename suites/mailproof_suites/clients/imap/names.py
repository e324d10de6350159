"""Mailbox names on the wire: modified UTF-7 (RFC 3501 section 5.1.3), kept independent of every server's codec."""

from __future__ import annotations

import base64
import binascii

_PRINTABLE = range(0x20, 0x7F)


def encode_utf7(name: str) -> bytes:
    """``name`` in modified UTF-7: printable ASCII stands for itself, ``&`` is ``&-``, the rest shifted UTF-16BE."""
    encoded = bytearray()
    shifted: list[str] = []

    def flush() -> None:
        if shifted:
            units = "".join(shifted).encode("utf-16-be", errors="surrogatepass")
            encoded.extend(b"&" + base64.b64encode(units).rstrip(b"=").replace(b"/", b",") + b"-")
            shifted.clear()

    for char in name:
        if ord(char) not in _PRINTABLE:
            shifted.append(char)
            continue
        flush()
        encoded.extend(b"&-" if char == "&" else char.encode("ascii"))
    flush()
    return bytes(encoded)


def decode_utf7(data: bytes) -> str:
    """The name that ``data`` encodes. Raises ValueError for anything but the one canonical encoding of a name.

    RFC 3501: "Modified BASE64 MUST NOT be used to represent any printing US-ASCII character which can represent
    itself", and no shift may directly follow another.
    """
    pieces: list[str] = []
    at = 0
    while at < len(data):
        octet = data[at]
        if octet != 0x26:
            if octet not in _PRINTABLE:
                raise ValueError(f"octet {octet:#04x} must be shifted")
            pieces.append(chr(octet))
            at += 1
            continue
        end = data.find(b"-", at)
        if end < 0:
            raise ValueError("a shift is never ended")
        pieces.append(_unshift(data[at + 1 : end]) if end > at + 1 else "&")
        at = end + 1
    name = "".join(pieces)
    if encode_utf7(name) != data:
        raise ValueError(f"not the canonical encoding, which is {encode_utf7(name)!r}")
    return name


def is_utf7(data: bytes) -> bool:
    """Whether ``data`` is a canonical modified UTF-7 name."""
    try:
        decode_utf7(data)
    except ValueError:
        return False
    return True


def _unshift(data: bytes) -> str:
    try:
        units = base64.b64decode(data.replace(b",", b"/") + b"=" * (-len(data) % 4), validate=True)
        return units.decode("utf-16-be")
    except (binascii.Error, UnicodeDecodeError) as problem:
        raise ValueError(f"&{data.decode('latin-1')}- is no shifted UTF-16: {problem}") from problem
