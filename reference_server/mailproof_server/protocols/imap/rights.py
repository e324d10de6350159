"""RFC 4314's letters and the model's rights: one table.

The virtual rights of RFC 2086 are kept for old clients (RFC 4314 2.1.1): `c` goes with `k`, `d` with any of `e t x`.
"""

from collections.abc import Iterable

from mailproof_server.model.permission import Right
from mailproof_server.wire.imap.errors import WireError

LETTERS: dict[str, Right] = {
    "l": Right.FOLDER_VISIBLE,
    "r": Right.READ_ANY,
    "s": Right.KEEP_SEEN,
    "w": Right.WRITE_FLAGS,
    "i": Right.CREATE,
    "p": Right.POST,
    "k": Right.CREATE_SUBFOLDER,
    "x": Right.DELETE_FOLDER,
    "t": Right.MARK_DELETED,
    "e": Right.EXPUNGE,
    "a": Right.ADMINISTER,
}
VIRTUAL: dict[str, Right] = {
    "c": Right.CREATE_SUBFOLDER,
    "d": Right.DELETE_FOLDER | Right.MARK_DELETED | Right.EXPUNGE,
}
NONE = Right(0)
WRITES = Right.CREATE | Right.KEEP_SEEN | Right.WRITE_FLAGS | Right.MARK_DELETED | Right.EXPUNGE
"""Without any of these SELECT opens the folder read-only (RFC 4314 5.2)."""


def is_read_only(rights: Right) -> bool:
    return not rights & WRITES


def permanent_flags(rights: Right, keywords: Iterable[str]) -> bytes:
    """What the client can change for good; `\\*` says that new keywords can be made."""
    words: list[bytes] = []
    if Right.WRITE_FLAGS in rights:
        words += [b"\\Answered", b"\\Flagged", b"\\Draft"]
    if Right.MARK_DELETED in rights:
        words.append(b"\\Deleted")
    if Right.KEEP_SEEN in rights:
        words.append(b"\\Seen")
    if Right.WRITE_FLAGS in rights:
        words += [keyword.encode("ascii") for keyword in keywords]
        words.append(b"\\*")
    return b" ".join(words)


def letters_of(rights: Right) -> bytes:
    """The letters, virtual ones last; `""` when there are none, because a rights list is an astring."""
    letters = [letter for letter, right in LETTERS.items() if right in rights]
    letters += [letter for letter, right in VIRTUAL.items() if right & rights]
    return "".join(letters).encode("ascii") or b'""'


def rights_of(letters: Iterable[str]) -> Right:
    """Raises WireError: "unrecognized rights MUST cause the command to return the BAD response" (RFC 4314 3.1)."""
    rights = NONE
    for letter in letters:
        right = LETTERS.get(letter) or VIRTUAL.get(letter)
        if right is None:
            raise WireError("Unknown right")
        rights |= right
    return rights
