"""Encoded-words in header values to text (RFC 2047, with the language suffix of RFC 2231 section 5).

More tolerant than the grammar, as readers are: spaces inside the Q text, words longer than 75 characters, characters
cut in two by the end of a word, and words without white space around them are all decoded.
"""

import binascii
import re
from typing import Final

from mailproof_server.wire.mime.charsets import decode_charset, decode_raw
from mailproof_server.wire.mime.transfer import decode_base64_leniently

_WORD: Final = re.compile(rb"=\?([^?\s]++)\?([bBqQ])\?([^?]*+)\?=")


def decode_header(value: bytes) -> str:
    """The text of an unfolded header value; unknown charsets and broken words never raise."""
    if b"=?" not in value:
        return decode_raw(value)
    text: list[str] = []
    run: list[bytes] = []
    run_charset = ""
    position = 0
    for match in _WORD.finditer(value):
        start, end = match.span()
        charset = match[1].partition(b"*")[0].decode("ascii", "replace").lower()
        # "any 'linear-white-space' that separates a pair of adjacent 'encoded-word's is ignored" (section 6.2).
        adjacent = run and not value[position:start].strip()
        if run and not (adjacent and charset == run_charset):
            text.append(decode_charset(b"".join(run), run_charset))
            run.clear()
        if not adjacent and start > position:
            text.append(decode_raw(value[position:start]))
        run.append(_word_octets(match[2], match[3]))
        run_charset = charset
        position = end
    if run:
        text.append(decode_charset(b"".join(run), run_charset))
    text.append(decode_raw(value[position:]))
    return "".join(text)


def _word_octets(encoding: bytes, encoded: bytes) -> bytes:
    if encoding in b"qQ":
        return binascii.a2b_qp(encoded, header=True)
    return decode_base64_leniently(encoded)
