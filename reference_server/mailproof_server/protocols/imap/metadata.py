"""Annotations of folders and of the account (RFC 5464)."""

from collections.abc import Iterable
from typing import NamedTuple

from mailproof_server.model.folder import Folder
from mailproof_server.model.ids import AccountId, FolderId
from mailproof_server.model.permission import Right
from mailproof_server.protocols.imap.names import special_uses
from mailproof_server.protocols.imap.opening import open_named
from mailproof_server.protocols.imap.session import Session
from mailproof_server.services.folders import FolderView
from mailproof_server.wire.imap.format import astring, literal8, mailbox, quote

SPECIAL_USE = "/private/specialuse"
"""RFC 6154 4: a server "SHOULD tie the special-use attributes for a mailbox to" this entry; CREATE sets them."""


class Place(NamedTuple):
    """Where a command's entries are kept, and those that are computed and cannot be set."""

    owner: AccountId
    folder_id: FolderId | None
    computed: dict[str, bytes | None]


async def place(session: Session, name: str) -> Place:
    """The place of a name; the empty one means the account itself."""
    if not name:
        return Place(session.signed_in.account_id, None, {})
    # RFC 5464 3.3: the "l" right and any one of others; "r" is the one asked for here.
    folder = (await open_named(session, name, Right.FOLDER_VISIBLE | Right.READ_ANY)).folder
    return Place(folder.account_id, folder.id, computed(folder))


def computed(folder: Folder) -> dict[str, bytes | None]:
    """Entries that follow from the folder itself."""
    return {SPECIAL_USE: " ".join(special_uses(folder)).encode("ascii") or None}


async def write_metadata(session: Session, view: FolderView, name: str, entries: Iterable[str]) -> None:
    """The METADATA line of LIST RETURN (METADATA …), RFC 9590. Raises PermissionDenied without READ_ANY."""
    folder = view.folder
    values = await session.services.annotations.get(session.signed_in, folder.account_id, folder.id)
    known = {**values, **computed(folder)}
    session.write(response(session, name, {entry: known.get(entry) for entry in entries}))


def response(session: Session, name: str, values: dict[str, bytes | None]) -> bytes:
    """`* METADATA "INBOX" (/shared/comment "x")`; an entry without a value is NIL."""
    pairs = b" ".join(
        b"%b %b" % (astring(entry.encode("ascii")), _value(value, utf8=session.utf8)) for entry, value in values.items()
    )
    shown = mailbox(name, utf8=session.utf8) if name else b'""'
    return b"* METADATA %b (%b)\r\n" % (shown, pairs)


def _value(value: bytes | None, *, utf8: bool) -> bytes:
    if value is None:
        return b"NIL"
    return literal8(value) if b"\0" in value else quote(value, utf8=utf8)
