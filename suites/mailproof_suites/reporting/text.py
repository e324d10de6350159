"""Make hostile text safe to show: what a server sent is data, never markup, control sequence or layout.

Every report is read by tools with reserved characters of their own: XML 1.0 §2.2 forbids most control characters,
a terminal obeys ESC sequences, a browser obeys `</script>` and bidirectional overrides, msgspec refuses lone
surrogates. `visible` is the one place where such characters become readable escapes.
"""

from __future__ import annotations

import re
import unicodedata

# Everything that is invisible, reorders its neighbours, or may not stand in XML or UTF-8. Tab and newline stay; a CR
# does not: in a wire log it is evidence ("bare CR"), and a terminal would overwrite the line with it. ZWJ and ZWNJ
# (U+200C, U+200D) stay, because Persian and emoji in real subjects need them.
_HOSTILE = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"
    "\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ufdd0-\ufdef"
    "\ud800-\udfff"
    "\ufffe\uffff"
    "\U0001fffe\U0001ffff\U000e0000-\U000e007f\U0010fffe\U0010ffff"
    "]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_SPACES = re.compile(r"\s+")


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    if 0xDC80 <= code <= 0xDCFF:  # surrogateescape: a raw byte that was no UTF-8
        return f"\\x{code - 0xDC00:02x}"
    if code == 0x0D:
        return "\\r"
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def visible(text: str) -> str:
    r"""`text` with every invisible, reordering or illegal character written as an escape (`\x00`, `\u202e`).

    The result is valid UTF-8, legal in XML 1.0, harmless on a terminal, and unchanged by a second call.
    A CR that belongs to a line's CRLF is dropped; any other is shown.
    """
    return _HOSTILE.sub(_escape, text.replace("\r\n", "\n"))


def encodable(text: str) -> str:
    r"""`text` with lone surrogates (bytes that were no UTF-8) written as `\xNN`, everything else untouched."""
    return _SURROGATE.sub(_escape, text)


def one_line(text: str, limit: int = 0) -> str:
    """`visible(text)` with all white space collapsed, cut to `limit` characters (0: uncut) with an ellipsis."""
    line = _SPACES.sub(" ", visible(text)).strip()
    if limit and len(line) > limit:
        line = line[: limit - 1].rstrip() + "…"
    return line


def cut_middle(text: str, limit: int) -> str:
    """`text` cut to about `limit` characters by leaving out its middle, which is named and counted."""
    if len(text) <= limit:
        return text
    half = limit // 2
    head = text[:half].rpartition("\n")[0] or text[:half]
    tail = text[-half:].partition("\n")[2] or text[-half:]
    left_out = len(text) - len(head) - len(tail)
    return f"{head}\n… {left_out} characters left out; run.json has them …\n{tail}"


def markdown(text: str) -> str:
    """`text` on one line, safe in a cell of a GitHub table: no markup, no mention, no cell border."""
    line = one_line(text)
    line = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    line = re.sub(r"([\\`*_{}\[\]()#+!|~:-])", r"\\\1", line)
    return line.replace("@", "@<!-- -->")  # no notification to whoever owns a name in a wire log


def width(text: str) -> int:
    """Number of terminal columns that `text` takes (wide East Asian characters take two)."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )
