"""The names that LIST and LSUB choose from, and their attributes (RFC 9051 6.3.9, RFC 5258, RFC 6154, RFC 3348).

Own folders stand under their paths, those of others under `Other Users/<address>/`. Names that only lead to others
(`Other Users`, a parent nobody may see) are there without being folders: `\\NonExistent`.
"""

from dataclasses import dataclass

from mailproof_server.model.folder import SEPARATOR
from mailproof_server.model.permission import Right
from mailproof_server.protocols.imap.names import OTHER_USERS, is_shown, special_uses
from mailproof_server.protocols.imap.session import Session
from mailproof_server.services.folders import FolderView
from mailproof_server.wire.imap.format import list_line


@dataclass(slots=True)
class Name:
    """One name of the tree; `view` is None where there is no folder (any more)."""

    text: str
    view: FolderView | None
    subscribed: bool
    has_children: bool


async def names(session: Session) -> dict[str, Name]:
    """Every name the session can see, and every subscribed one, in order of the text."""
    folders, principal = session.services.folders, session.signed_in
    found: dict[str, Name] = {}
    prefixes = {principal.account_id: ""}
    for view in await folders.list(principal, principal.account_id):
        if is_shown(view.folder):
            found[view.folder.path] = Name(view.folder.path, view, view.subscribed, False)
    for entry in await folders.shared_accounts(principal):
        if entry.account_id is None:
            continue
        prefix = f"{OTHER_USERS}{SEPARATOR}{entry.address}{SEPARATOR}"
        prefixes[entry.account_id] = prefix
        for view in await folders.list(principal, entry.account_id):
            if is_shown(view.folder):
                text = prefix + view.folder.path
                found[text] = Name(text, view, view.subscribed, False)
    for owner, path in await folders.subscriptions(principal):
        if owner in prefixes:
            text = prefixes[owner] + path
            found.setdefault(text, Name(text, None, True, False)).subscribed = True
    _add_parents(found)
    return dict(sorted(found.items()))


def _add_parents(found: dict[str, Name]) -> None:
    """Mark parents of existing folders, making those that are no folders themselves."""
    for text in [name.text for name in found.values() if name.view is not None]:
        parent = text.rpartition(SEPARATOR)[0]
        while parent:
            name = found.setdefault(parent, Name(parent, None, False, False))
            if name.has_children:
                break
            name.has_children = True
            parent = parent.rpartition(SEPARATOR)[0]


def attributes(name: Name, *, subscribed: bool) -> list[bytes]:
    """`\\HasChildren` xor `\\HasNoChildren`; `\\NonExistent` implies `\\Noselect`, sent for old clients too."""
    words: list[bytes] = []
    if name.view is None:
        words += [b"\\NonExistent", b"\\Noselect"]
    elif not name.view.folder.selectable or Right.READ_ANY not in name.view.rights:
        # RFC 9051 6.3.9.2: without the "r" right "the LIST response MUST include the \\NoSelect attribute".
        words.append(b"\\Noselect")
    words.append(b"\\HasChildren" if name.has_children else b"\\HasNoChildren")
    if subscribed and name.subscribed:
        words.append(b"\\Subscribed")
    if name.view is not None:
        words += [use.encode("ascii") for use in special_uses(name.view.folder)]
    return words


def list_response(session: Session, view: FolderView, text: str) -> bytes:
    """The LIST line that SELECT sends in IMAP4rev2 (RFC 9051 6.3.2)."""
    name = Name(text, view, view.subscribed, view.has_children)
    return list_line(attributes(name, subscribed=True), SEPARATOR, text, utf8=session.utf8)
