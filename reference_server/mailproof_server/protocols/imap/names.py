"""Folder names between the wire and the model (RFC 9051 5.1; RFC 2342 namespaces).

    INBOX, inbox/Work          → the signed-in account, `INBOX`, `INBOX/Work`
    Other Users/bob@x.test/A   → bob's account, `A`

"INBOX" is case-insensitive, also as the first component. Only mail folders are shown; the outbox never is.
"""

from dataclasses import dataclass

from mailproof_server.model.account import Principal
from mailproof_server.model.errors import FolderNotFound, NotFound
from mailproof_server.model.folder import SEPARATOR, Folder, FolderKind, FolderRole
from mailproof_server.model.ids import AccountId
from mailproof_server.services.folders import Folders
from mailproof_server.wire.imap.names import fold_inbox

OTHER_USERS = "Other Users"
ROLE_USES: dict[FolderRole, str] = {
    FolderRole.DRAFTS: "\\Drafts",
    FolderRole.SENT: "\\Sent",
    FolderRole.TRASH: "\\Trash",
    FolderRole.JUNK: "\\Junk",
    FolderRole.ARCHIVE: "\\Archive",
}


@dataclass(frozen=True, slots=True)
class FolderName:
    """A name after resolution: whose folder, and its path there."""

    owner: AccountId
    path: str


def canonical(path: str) -> str:
    """INBOX in its one spelling; a trailing separator (CREATE of a container) is dropped."""
    return fold_inbox(path.removesuffix(SEPARATOR))


def leads_to_others(name: str) -> bool:
    """Whether the name is that of the namespace itself, which no folder can have."""
    return name.removesuffix(SEPARATOR) == OTHER_USERS


async def resolve(principal: Principal, folders: Folders, name: str) -> FolderName:
    """Whose folder a name means. Raises FolderNotFound for an unknown other user."""
    prefix = OTHER_USERS + SEPARATOR
    if leads_to_others(name):
        raise FolderNotFound("This name only leads to the folders of other users")
    if not name.startswith(prefix):
        return FolderName(principal.account_id, canonical(name))
    address, _, path = name[len(prefix) :].partition(SEPARATOR)
    try:
        entry = await folders.owner(address)
    except NotFound as error:
        raise FolderNotFound from error
    if entry.account_id is None:
        raise FolderNotFound
    return FolderName(entry.account_id, canonical(path))


def is_shown(folder: Folder) -> bool:
    """Whether IMAP shows the folder at all."""
    return folder.kind is FolderKind.MAIL and folder.role not in (FolderRole.OUTBOX, FolderRole.ROOT)


def special_uses(folder: Folder) -> tuple[str, ...]:
    """RFC 6154 attributes: what the role implies, then what the client set."""
    implied = ROLE_USES.get(folder.role) if folder.role is not None else None
    return tuple(dict.fromkeys((*((implied,) if implied else ()), *folder.special_uses)))
