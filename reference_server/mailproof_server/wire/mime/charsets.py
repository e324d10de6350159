"""Charset labels to text: every octet string becomes a `str`, whatever its label says (RFC 2046 section 4.1.2).

The table below is closed on purpose. `codecs.lookup` on a name chosen by the sender would try to import a module of
that name and remember each failure for ever, and several Python codecs are no charsets at all (`punycode` and `idna`
take quadratic time, `unicode_escape` interprets the text).
"""

from encodings.aliases import aliases
from typing import Final

_NOT_CHARSETS: Final = frozenset(
    {"base64_codec", "bz2_codec", "hex_codec", "idna", "mbcs", "oem", "punycode", "quopri_codec", "raw_unicode_escape"}
    | {"rot_13", "undefined", "unicode_escape", "uu_codec", "zlib_codec"}
)

#: Labels that mail carries and Python's alias table lacks.
_EXTRA: Final = {
    "iso_8859_8_e": "iso8859_8",
    "iso_8859_8_i": "iso8859_8",
    "koi8_t": "koi8_t",
    "koi8_u": "koi8_u",
    "unicode_1_1_utf_7": "utf_7",
    "unknown_8bit": "cp1252",
    "utf8mb4": "utf_8",
    "x_euc_jp": "euc_jp",
    "x_gbk": "gbk",
    "x_mac_roman": "mac_roman",
    "x_sjis": "shift_jis",
}

#: Senders label the left one and mean the right one; on text that is valid in both, the two agree.
_SUPERSETS: Final = {
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "latin_1": "cp1252",
    "shift_jis": "cp932",
}


def _table() -> dict[str, str]:
    names = {alias: codec for alias, codec in aliases.items() if codec not in _NOT_CHARSETS}
    names |= {codec: codec for codec in names.values()}
    return {alias: _SUPERSETS.get(codec, codec) for alias, codec in (names | _EXTRA).items()}


_CODECS: Final = _table()


def python_codec(charset: str) -> str | None:
    """The Python codec for a MIME charset label, or None when the label is unknown (never raises)."""
    return _CODECS.get(charset.strip().lower().replace("-", "_"))


def is_known_charset(charset: str) -> bool:
    """True for a label whose text this server can read (RFC 3501 section 6.4.4: otherwise NO [BADCHARSET])."""
    return python_codec(charset) is not None


def decode_charset(octets: bytes, charset: str) -> str:
    """Decode `octets` labelled `charset`; what cannot be decoded becomes U+FFFD (never raises).

    Text that calls itself US-ASCII, or has no label or an unknown one, is read as `decode_raw` reads it. The result
    holds no NUL and no lone surrogate, which stores and encoders refuse.
    """
    codec = python_codec(charset)
    if codec is None or codec == "ascii":
        return decode_raw(octets)
    try:
        text = octets.decode(codec, "replace")
    except ValueError:
        # Stateful codecs (utf_7, hz) may raise in spite of "replace".
        return decode_raw(octets)
    if codec == "utf_7":
        # UTF-7 carries UTF-16 code units, and Python's decoder lets half a pair through.
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _without_nul(text)


def decode_raw(octets: bytes) -> str:
    """Decode octets that carry no label: UTF-8 when they are valid UTF-8 (RFC 6532), else windows-1252."""
    try:
        text = octets.decode()
    except UnicodeDecodeError:
        text = octets.decode("cp1252", "replace")
    return _without_nul(text)


def _without_nul(text: str) -> str:
    return text.replace("\0", "\ufffd") if "\0" in text else text
