"""xtext, and the two address forms of ORCPT (RFC 3461 §4, RFC 6533 §3)."""

import re

_XTEXT = re.compile(r"(?:[!-*,-<>-~]|\+[0-9A-F]{2})*")
_HEX_CHAR = re.compile(r"\+([0-9A-F]{2})")
_UTF8_ADDRESS = re.compile(r"(?:[!-*,-<>-\[\]-~\u0080-\U0010ffff]|\\x\{[0-9A-F]{2,6}\})+")
_EMBEDDED = re.compile(r"\\x\{([0-9A-F]{2,6})\}")
_PRINTABLE = re.compile(r"[ -~]*")
_ADDRESS_TYPE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")


def encode_xtext(text: str) -> str:
    """Printable ASCII → xtext."""
    return re.sub(r"[^!-*,-<>-~]", lambda found: f"+{ord(found.group()):02X}", text)


def decode_xtext(text: str) -> str:
    """xtext → printable ASCII (a space counts). Raises ValueError.

    What it hides must be printable as well: RFC 3461 §4.4 allows nothing else in ENVID, and a hidden line end would
    otherwise turn up in a header field of a report.
    """
    if not _XTEXT.fullmatch(text):
        raise ValueError("not xtext")
    decoded = _HEX_CHAR.sub(lambda found: chr(int(found.group(1), 16)), text)
    if not _PRINTABLE.fullmatch(decoded):
        raise ValueError("xtext hides a control or 8-bit character")
    return decoded


def decode_original_recipient(text: str) -> str:
    """The value of ORCPT, `type;address`, decoded. Raises ValueError."""
    kind, semicolon, encoded = text.partition(";")
    if not semicolon or not encoded or not _ADDRESS_TYPE.fullmatch(kind):
        raise ValueError("not type;address")
    if kind.lower() != "utf-8":
        return f"{kind};{decode_xtext(encoded)}"
    if not _UTF8_ADDRESS.fullmatch(encoded):
        raise ValueError("not a utf-8 address")
    return f"{kind};{_EMBEDDED.sub(_character, encoded)}"


def _character(found: "re.Match[str]") -> str:
    point = int(found.group(1), 16)
    if point < 0x20 or point == 0x7F or 0xD800 <= point <= 0xDFFF or point > 0x10FFFF:
        raise ValueError("embedded character is a control or no character")
    return chr(point)
