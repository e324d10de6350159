"""From FolderId and DistinguishedFolderId elements to folders (MS-OXWSCDATA 2.2.4.36, 2.2.5.10)."""

from collections.abc import Iterator

from mailproof_server.model.errors import NotFound
from mailproof_server.model.folder import FolderRole
from mailproof_server.model.ids import AccountId
from mailproof_server.model.permission import Right
from mailproof_server.protocols.ews import ids
from mailproof_server.protocols.ews.errors import EwsError
from mailproof_server.protocols.ews.operation import Call
from mailproof_server.services.folder_tree import TreeFolder
from mailproof_server.wire.soap.names import Element, local_name, m, t

ROLES: dict[str, FolderRole] = {
    "root": FolderRole.ROOT,
    "msgfolderroot": FolderRole.ROOT,
    "inbox": FolderRole.INBOX,
    "drafts": FolderRole.DRAFTS,
    "sentitems": FolderRole.SENT,
    "deleteditems": FolderRole.TRASH,
    "junkemail": FolderRole.JUNK,
    "outbox": FolderRole.OUTBOX,
    "calendar": FolderRole.CALENDAR,
    "contacts": FolderRole.CONTACTS,
    "tasks": FolderRole.TASKS,
    "notes": FolderRole.NOTES,
}
"""The names that stand for a folder here."""
NAMES: dict[FolderRole, str] = {role: name for name, role in ROLES.items() if name != "root"}
ABSENT = frozenset(
    [
        "journal",
        "publicfoldersroot",
        "searchfolders",
        "voicemail",
        "recoverableitemsroot",
        "recoverableitemsdeletions",
        "recoverableitemsversions",
        "recoverableitemspurges",
        "archiveroot",
        "archivemsgfolderroot",
        "archivedeleteditems",
        "archiveinbox",
        "archiverecoverableitemsroot",
        "archiverecoverableitemsdeletions",
        "archiverecoverableitemsversions",
        "archiverecoverableitemspurges",
        "syncissues",
        "conflicts",
        "localfailures",
        "serverfailures",
        "recipientcache",
        "quickcontacts",
        "conversationhistory",
        "adminauditlogs",
        "todosearch",
        "mycontacts",
        "directory",
        "imcontactlist",
        "peopleconnect",
        "favorites",
    ]
)
"""The other names of the schema: folders that an account does not have."""


def references(request: Element, container: str) -> Iterator[Element]:
    """The FolderId and DistinguishedFolderId elements below `m:container`. Raises EwsError when there are none."""
    holder = request.find(m(container))
    if holder is None or len(holder) == 0:
        raise EwsError("ErrorSchemaValidation", f"{container} names no folder")
    yield from holder


def reference(request: Element, container: str) -> Element:
    """The one folder element below `m:container`. Raises EwsError."""
    found = list(references(request, container))
    if len(found) != 1:
        raise EwsError("ErrorSchemaValidation", f"{container} names one folder")
    return found[0]


async def folder(call: Call, given: Element, needed: Right = Right.FOLDER_VISIBLE) -> TreeFolder:
    """The folder that is meant.

    Raises FolderNotFound, PermissionDenied, and EwsError for an id that is none or for a mailbox that is not there.
    """
    tree = call.services.folder_tree
    kind = local_name(given)
    if kind == "FolderId":
        key = ids.parse_folder_id(given.get("Id", ""))
        return await tree.get(call.principal, key.folder_id, needed)
    if kind != "DistinguishedFolderId":
        raise EwsError("ErrorSchemaValidation", f"{kind} is no folder id")
    name = given.get("Id", "")
    role = ROLES.get(name)
    if role is None:
        if name in ABSENT:
            raise EwsError("ErrorFolderNotFound", f"There is no {name} folder in this mailbox")
        raise EwsError("ErrorSchemaValidation", f"{name} is no distinguished folder")
    view = await tree.by_role(call.principal, await owner_of(call, given), role)
    return view if needed == Right.FOLDER_VISIBLE else await tree.get(call.principal, view.folder.id, needed)


async def owner_of(call: Call, given: Element) -> AccountId:
    """Whose distinguished folder it is: the caller's, unless `t:Mailbox` names another. Raises EwsError."""
    address = given.findtext(f"{t('Mailbox')}/{t('EmailAddress')}")
    return await owner_by_address(call, address) if address else call.principal.account_id


async def owner_by_address(call: Call, address: str) -> AccountId:
    """Raises EwsError: ErrorNonExistentMailbox."""
    try:
        entry = await call.services.folders.owner(address.strip())
    except NotFound as error:
        raise EwsError("ErrorNonExistentMailbox", f"There is no mailbox {address}") from error
    if entry.account_id is None:
        raise EwsError("ErrorNonExistentMailbox", f"{address} has no mailbox")
    return entry.account_id
