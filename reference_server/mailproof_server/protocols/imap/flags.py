"""Flags between the store's bits and IMAP's words (RFC 9051 2.3.2)."""

from functools import lru_cache

from mailproof_server.model.item import Flag, Flags

SYSTEM: dict[bytes, Flag] = {
    b"\\ANSWERED": Flag.ANSWERED,
    b"\\FLAGGED": Flag.FLAGGED,
    b"\\DELETED": Flag.DELETED,
    b"\\SEEN": Flag.SEEN,
    b"\\DRAFT": Flag.DRAFT,
}
WORDS: tuple[tuple[int, bytes], ...] = (
    (Flag.ANSWERED.value, b"\\Answered"),
    (Flag.FLAGGED.value, b"\\Flagged"),
    (Flag.DELETED.value, b"\\Deleted"),
    (Flag.SEEN.value, b"\\Seen"),
    (Flag.DRAFT.value, b"\\Draft"),
)
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


def parse(names: list[bytes]) -> Flags:
    """The flags of a STORE or APPEND. `\\Recent` is dropped: it "cannot be altered by the client" (RFC 3501 2.3.2).

    Unknown system flags raise ValueError naming the flag.
    """
    system = Flag(0)
    keywords: set[str] = set()
    for name in names:
        if not name.startswith(b"\\"):
            keywords.add(name.decode("ascii"))
            continue
        known = SYSTEM.get(name.upper())
        if known is not None:
            system |= known
        elif name.upper() != b"\\RECENT":
            raise ValueError(name.decode("ascii", "replace"))
    return Flags(system, frozenset(keywords))
