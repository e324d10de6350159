"""Folder names on the wire: modified UTF-7 and UTF-8, INBOX, LIST patterns (RFC 3501 §5.1, RFC 9051 §5.1, RFC 9755 §3).

Inside the server a name is a `str`; it is decoded once here and encoded once here. The encoding depends on the session:
modified UTF-7 until the client enables IMAP4rev2 or UTF8=ACCEPT, UTF-8 from then on.
"""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata

from mailproof_server.wire.imap.errors import WireError

# Runs of text, "&-", and base64 runs. In base64 "," stands for "/"; the run must end with "-" ("&Jjo!" is not valid).
_TOKENS = re.compile(rb"([\x20-\x25\x27-\x7e]+)|(&-)|&([A-Za-z0-9+,]+)-")
_PRINTABLE = re.compile(r"[ -~]*")
_TO_ENCODE = re.compile(r"&|[^ -~]+")
_FROM_MODIFIED = bytes.maketrans(b",", b"/")
_TO_MODIFIED = bytes.maketrans(b"/", b",")
# C0 and C1 controls, DEL, and the two separators that Net-Unicode bans with them (RFC 5198 §2, RFC 9051 §5.1).
_FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def decode_utf7(name: bytes) -> str:
    """Modified UTF-7 to text; `WireError` (NO [CANNOT]) unless `encode_utf7` gives exactly `name` back.

    The strictness is RFC 3501 §5.1.3: "modified BASE64 MUST NOT be used to represent any printing US-ASCII character
    which can represent itself", and superfluous shifts "are not permitted". Two spellings of one name would otherwise
    be two folders for the client and one for the server.
    """
    if b"&" not in name:
        try:
            text = name.decode("ascii")
        except UnicodeDecodeError:
            raise _unacceptable("8-bit character in a modified UTF-7 mailbox name") from None
        return text
    parts: list[str] = []
    position = 0
    after_shift = False
    for match in _TOKENS.finditer(name):
        if match.start() != position:
            break
        position = match.end()
        plain, _, shifted = match.groups()
        if plain is not None:
            parts.append(plain.decode("ascii"))
        elif shifted is None:
            parts.append("&")
        else:
            # "&U,BTFw-&ZeVnLIqe-" is not permitted, because it contains a superfluous shift.
            if after_shift:
                raise _unacceptable("superfluous shift in a modified UTF-7 mailbox name")
            parts.append(_decode_shifted(shifted))
        after_shift = shifted is not None
    if position != len(name):
        raise _unacceptable("malformed modified UTF-7 in a mailbox name")
    return "".join(parts)


def _decode_shifted(shifted: bytes) -> str:
    try:
        octets = base64.b64decode(shifted.translate(_FROM_MODIFIED) + b"=" * (-len(shifted) % 4), validate=True)
        text = octets.decode("utf-16-be")
    except (binascii.Error, UnicodeDecodeError):
        raise _unacceptable("malformed modified UTF-7 in a mailbox name") from None
    # Bits left over in the last character must be zero, or the same text had several spellings.
    if any(" " <= character <= "~" for character in text) or _encode_shifted(text) != shifted:
        raise _unacceptable("non-canonical modified UTF-7 in a mailbox name")
    return text


def _encode_shifted(text: str) -> bytes:
    return base64.b64encode(text.encode("utf-16-be")).rstrip(b"=").translate(_TO_MODIFIED)


def encode_utf7(name: str) -> bytes:
    """Text to modified UTF-7, the one canonical form. `ValueError` for a lone surrogate, which has none."""
    if "&" not in name and _PRINTABLE.fullmatch(name):
        return name.encode("ascii")
    parts: list[bytes] = []
    position = 0
    for match in _TO_ENCODE.finditer(name):
        parts.append(name[position : match.start()].encode("ascii"))
        parts.append(b"&-" if match[0] == "&" else b"&" + _encode_shifted(match[0]) + b"-")
        position = match.end()
    parts.append(name[position:].encode("ascii"))
    return b"".join(parts)


def decode_mailbox(name: bytes, *, utf8: bool, separator: str = "/") -> str:
    """A mailbox name of the client as text, INBOX folded; `WireError` (NO [CANNOT]) for what can be no name."""
    if utf8:
        try:
            text = name.decode("utf-8")
        except UnicodeDecodeError:
            raise _unacceptable("mailbox name is not UTF-8") from None
    else:
        text = decode_utf7(name)
    if _FORBIDDEN.search(text):
        raise _unacceptable("control character in a mailbox name")
    # "Server implementations MUST prohibit the creation of 8-bit mailbox names that do not comply with Net-Unicode"
    # (RFC 9051 5.1). Refused in every command: there can be no such folder.
    if not unicodedata.is_normalized("NFC", text):
        raise _unacceptable("mailbox name is not in normalisation form C")
    return fold_inbox(text, separator)


def encode_mailbox(name: str, *, utf8: bool) -> bytes:
    """A folder name as the octets of its astring, not yet quoted (see `format.astring`)."""
    return name.encode("utf-8") if utf8 else encode_utf7(name)


def fold_inbox(name: str, separator: str = "/") -> str:
    """INBOX in any case, alone or as the first component, becomes `INBOX`.

    "All case variants of INBOX (e.g., "iNbOx") MUST be interpreted as INBOX not as an astring" (RFC 3501 §9).
    """
    # str.upper alone would also turn a dotless i into an I.
    if name[:5].upper() == "INBOX" and name[:5].isascii() and (len(name) == 5 or name[5] == separator):
        return "INBOX" + name[5:]
    return name


class ListPattern:
    """One LIST pattern, compiled; `matches` takes time linear in the name however many wildcards there are.

    `*` matches any characters, `%` any but the hierarchy separator (RFC 3501 §6.3.8). The pattern is run as a
    non-deterministic automaton whose states are the bits of one integer, so hostile patterns such as `*a*a*a*b` cost no
    more than others. INBOX as a whole name or first component is compared without regard to case.
    """

    __slots__ = ("_any_case", "_exact", "_final", "_literal", "_separator", "_star", "_wild")

    def __init__(self, pattern: str, separator: str = "/") -> None:
        pattern = re.sub(r"[%*]*\*[%*]*", "*", pattern)
        pattern = re.sub(r"%+", "%", pattern)
        self._separator = separator
        self._literal = None if "*" in pattern or "%" in pattern else fold_inbox(pattern, separator)
        self._star = percent = 0
        # Bit i of _exact[c]: position i of the pattern is the character c. _any_case: the same for INBOX.
        self._exact: dict[str, int] = {}
        self._any_case: dict[str, int] = {}
        for position, character in enumerate(pattern):
            bit = 1 << position
            if character == "*":
                self._star |= bit
            elif character == "%":
                percent |= bit
            else:
                self._exact[character] = self._exact.get(character, 0) | bit
                folded = character.upper() if character.isascii() else character
                self._any_case[folded] = self._any_case.get(folded, 0) | bit
        self._final = 1 << len(pattern)
        self._wild = self._star | percent

    def matches(self, name: str) -> bool:
        """Whether `name` (INBOX already folded) matches the whole pattern."""
        if self._literal is not None:
            return name == self._literal
        star, separator, wild = self._star, self._separator, self._wild
        folded_length = 5 if name[:5] == "INBOX" and (len(name) == 5 or name[5] == separator) else 0
        states = 1
        states |= (states & wild) << 1
        for position, character in enumerate(name):
            masks = self._any_case if position < folded_length else self._exact
            kept = states & (star if character == separator else wild)
            states = kept | (states & masks.get(character, 0)) << 1
            states |= (states & wild) << 1
            if not states:
                return False
        return bool(states & self._final)


def _unacceptable(message: str) -> WireError:
    # RFC 5530 §3, CANNOT: "The operation violates some invariant of the server and can never succeed."
    return WireError(message, b"CANNOT", status=b"NO")
