"""HTML to the words a reader would see, for search and previews; no attempt at layout (RFC 8970 section 3.1)."""

import html
import re
from typing import Final

# Every alternative either ends at its own end mark or runs to the end of the text, and a tag never runs over the next
# "<": no input makes the search start over on text it has already seen.
_MARKUP: Final = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(script|style)\b[^<>]*+>?.*?(?:</\1[^<>]*+>?|\Z)"
    r"|<(/?[a-z][a-z0-9]*+)[^<>]*+>?"
    r"|<[!?/][^<>]*+>?",
    re.DOTALL | re.IGNORECASE,
)
_BODY: Final = re.compile(r"<body\b", re.IGNORECASE)
# `html.unescape` hands the digits to int(), which refuses thousands of them. No character has so high a number.
_HUGE_REFERENCE: Final = re.compile(r"&#(?:[xX][0-9a-fA-F]{9,}|[0-9]{10,});?")
#: Tags that do not part words: "<b>wo</b>rd" reads "word". All others count as a space.
_INLINE: Final = frozenset(
    {"a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "del", "em", "font", "i", "ins", "kbd", "label", "mark"}
    | {"q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "tt", "u", "var", "wbr"}
)


def strip_markup(text: str, *, skip_head: bool = False) -> str:
    """The text without tags, comments, scripts and style sheets; character references are decoded.

    Args:
        text: the HTML.
        skip_head: leave out all that stands before the `<body>` tag, if there is one.
    """
    if "<" in text:
        body = _BODY.search(text) if skip_head else None
        text = _MARKUP.sub(_replacement, text[body.start() :] if body else text)
    if "&" in text:
        if "&#" in text:
            text = _HUGE_REFERENCE.sub("\ufffd", text)
        text = html.unescape(text)
    return text


def _replacement(match: re.Match[str]) -> str:
    tag = match[2]
    return "" if tag is not None and tag.lstrip("/").lower() in _INLINE else " "
