"""Flags between the store's bits and IMAP's words (RFC 9051 2.3.2)."""

from collections.abc import Iterable
from functools import lru_cache

from mailproof_server.model.item import Flag, Flags

WORDS: tuple[tuple[int, bytes], ...] = (
    (Flag.ANSWERED.value, b"\\Answered"),
    (Flag.FLAGGED.value, b"\\Flagged"),
    (Flag.DELETED.value, b"\\Deleted"),
    (Flag.SEEN.value, b"\\Seen"),
    (Flag.DRAFT.value, b"\\Draft"),
)
BITS: dict[bytes, Flag] = {word: Flag(bit) for bit, word in WORDS}
ALL_SYSTEM = b"\\Answered \\Flagged \\Deleted \\Seen \\Draft"


@lru_cache(maxsize=4096)
def words(system: int, keywords: str, recent: bool) -> bytes:
    """`\\Seen $Forwarded`: what stands between FLAGS' parentheses. Cached: a folder knows few combinations."""
    parts = [word for bit, word in WORDS if system & bit]
    if keywords:
        parts.append(keywords.encode("ascii"))
    if recent:
        parts.append(b"\\Recent")
    return b" ".join(parts)


def parse(names: Iterable[bytes]) -> Flags:
    """The flags of a STORE or APPEND as the wire parser gives them: usual spelling, `\\Recent` left out."""
    system = Flag(0)
    keywords: set[str] = set()
    for name in names:
        bit = BITS.get(name)
        if bit is None:
            keywords.add(name.decode("ascii"))
        else:
            system |= bit
    return Flags(system, frozenset(keywords))
