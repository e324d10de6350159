"""Content-Transfer-Encodings to octets: strictly for BINARY, leniently for search text (RFC 2045 section 6)."""

import binascii
import re
from typing import Final

_IDENTITY: Final = frozenset({b"7bit", b"8bit", b"binary", b""})
_WHITE_SPACE: Final = b" \t\r\n"
_NOT_BASE64: Final = bytes(
    octet for octet in range(256) if octet not in b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
)
# "any trailing white space on a Quoted-Printable line must be deleted" (rule 3). A run is tried from its start only.
_DOUBLE: Final = re.compile(rb"=(?==)")
_BLANK_BEFORE_END: Final = (b" \r\n", b" \n", b"\t\r\n", b"\t\n")
_TRAILING_BLANKS: Final = re.compile(rb"(?<![ \t])[ \t]++(?=\r?\n|\Z)")


def decode_transfer(octets: bytes, encoding: bytes) -> bytes | None:
    """The octets that `octets` encode, or None for an unknown encoding or broken base64 (RFC 3516: UNKNOWN-CTE).

    Args:
        octets: the encoded body.
        encoding: the Content-Transfer-Encoding in lower case; empty counts as 7bit.
    """
    if encoding in _IDENTITY:
        return octets
    if encoding == b"base64":
        try:
            return binascii.a2b_base64(octets.translate(None, _WHITE_SPACE), strict_mode=True)
        except binascii.Error:
            return None
    if encoding == b"quoted-printable":
        return decode_quoted_printable(octets)
    return None


def decode_leniently(octets: bytes, encoding: bytes) -> bytes:
    """What a reader would make of `octets`: never fails; an unknown encoding is taken as it stands."""
    if encoding == b"base64":
        return decode_base64_leniently(octets)
    if encoding == b"quoted-printable":
        return decode_quoted_printable(octets)
    return octets


def decode_quoted_printable(octets: bytes) -> bytes:
    """Quoted-printable of any quality: what is no escape stays as it is (RFC 2045 section 6.7, robust decoders)."""
    if any(mark in octets for mark in _BLANK_BEFORE_END) or octets[-1:] in {b" ", b"\t"}:
        octets = _TRAILING_BLANKS.sub(b"", octets)
    if b"==" in octets:
        # binascii takes "==" for one escaped "="; the second one may begin an escape of its own.
        octets = _DOUBLE.sub(b"=3D", octets)
    return binascii.a2b_qp(octets)


def decode_base64_leniently(octets: bytes) -> bytes:
    """Base64 of any quality: foreign octets are ignored (RFC 2045 section 6.8), the end may be cut anywhere."""
    digits = octets.translate(None, _NOT_BASE64).partition(b"=")[0]
    remainder = len(digits) % 4
    if remainder == 1:
        digits = digits[:-1]
    elif remainder:
        digits += b"=" * (4 - remainder)
    return binascii.a2b_base64(digits)
