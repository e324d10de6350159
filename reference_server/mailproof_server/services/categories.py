"""Categories and keywords are one thing: Exchange's category is IMAP's keyword (RFC 9051 section 2.3.2).

A category's name may hold anything; a keyword is an atom. What an atom cannot hold is written as `=XX`, its octets in
UTF-8 as two hexadecimal digits each, so every name comes back as it was: `Red category` is `Red=20category`.
"""

import re

_SPECIAL = re.compile(rb"""[^!#$&'+\-./0-9:;<>?@A-Z\[^_`a-z|~,]""")
_CODED = re.compile(rb"=([0-9A-F]{2})")


def keyword_of(category: str) -> str:
    """The keyword that stands for a category."""
    return _SPECIAL.sub(lambda match: b"=%02X" % match[0][0], category.encode()).decode()


def category_of(keyword: str) -> str:
    """The category that a keyword stands for; one that no category would give is its own name."""
    octets = _CODED.sub(lambda match: bytes([int(match[1], 16)]), keyword.encode())
    try:
        category = octets.decode()
    except UnicodeDecodeError:
        return keyword
    return category if keyword_of(category) == keyword else keyword
