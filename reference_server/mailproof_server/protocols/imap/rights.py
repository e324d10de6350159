"""RFC 4314's letters and the model's rights: one table.

The virtual rights of RFC 2086 are kept for old clients (RFC 4314 2.1.1): `c` goes with `k`, `d` with any of `e t x`.

Rights to one's own items, the folder contact and free/busy have no letters. They do not show, and giving the very
letters that show leaves them as they are; other letters say anew what somebody holds, without them.
"""

from collections.abc import Collection, Iterable

from mailproof_server.model.permission import NO_RIGHTS, Right, implied, on_own, without
from mailproof_server.wire.imap.acl import RightsMode
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
NONE = NO_RIGHTS
WRITES = Right.CREATE | Right.KEEP_SEEN | Right.WRITE_FLAGS | Right.MARK_DELETED | Right.EXPUNGE
"""Without any of these SELECT opens the folder read-only (RFC 4314 5.2)."""


def is_read_only(rights: Right) -> bool:
    return not on_own(rights) & WRITES


def permanent_flags(rights: Right, keywords: Iterable[str]) -> bytes:
    """What the client can change for good, be it on its own messages alone; `\\*`: new keywords can be made."""
    rights = on_own(rights)
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


def changed(held: Right, letters: Collection[str], mode: RightsMode) -> Right:
    """What SETACL makes of the rights that somebody holds. Raises WireError."""
    change = rights_of(letters)
    if mode is RightsMode.ADD:
        return held | change
    if mode is RightsMode.REMOVE:
        return without(held, change)
    shown = letters_of(implied(held)).decode("ascii")
    is_repeated = set(letters) == set(shown) or letters_of(change).decode("ascii") == shown
    return held if is_repeated else change
