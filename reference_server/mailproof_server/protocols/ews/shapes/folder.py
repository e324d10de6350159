"""Folders as EWS writes them (MS-OXWSFOLD 2.2.4: BaseFolderType and its kin)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mailproof_server.model.folder import Folder, FolderKind, FolderRole
from mailproof_server.model.permission import Right
from mailproof_server.protocols.ews import ids
from mailproof_server.protocols.ews.errors import EwsError
from mailproof_server.protocols.ews.folder_ids import NAMES
from mailproof_server.protocols.ews.operation import Call
from mailproof_server.protocols.ews.shapes.permission_set import permission_set
from mailproof_server.protocols.ews.versions import is_at_least
from mailproof_server.services.folder_tree import TreeFolder
from mailproof_server.services.permissions import PermissionEntry
from mailproof_server.wire.soap.names import Element, local_name, m, t
from mailproof_server.wire.soap.write import child, element

ELEMENTS: dict[FolderKind, str] = {
    FolderKind.MAIL: "Folder",
    FolderKind.CALENDAR: "CalendarFolder",
    FolderKind.CONTACTS: "ContactsFolder",
    FolderKind.TASKS: "TasksFolder",
    FolderKind.NOTES: "Folder",
}
CLASSES: dict[FolderKind, str] = {
    FolderKind.MAIL: "IPF.Note",
    FolderKind.CALENDAR: "IPF.Appointment",
    FolderKind.CONTACTS: "IPF.Contact",
    FolderKind.TASKS: "IPF.Task",
    FolderKind.NOTES: "IPF.StickyNote",
}
DISPLAY_NAMES = {FolderRole.ROOT: "Top of Information Store", FolderRole.INBOX: "Inbox"}
BASE_SHAPES = ("IdOnly", "Default", "AllProperties")


@dataclass(frozen=True, slots=True)
class Facts:
    """What the properties are made of."""

    view: TreeFolder
    entries: Sequence[PermissionEntry] | None
    version: str

    @property
    def folder(self) -> Folder:
        return self.view.folder


def display_name(folder: Folder) -> str:
    """As clients show it."""
    return DISPLAY_NAMES.get(folder.role, folder.name) if folder.role is not None else folder.name


def folder_id(folder: Folder) -> Element:
    """The FolderId element."""
    key = ids.FolderKey(folder.account_id, folder.id)
    return element(t("FolderId"), Id=ids.folder_id(key), ChangeKey=ids.folder_change_key(folder))


def _parent(facts: Facts) -> Element | None:
    folder = facts.folder
    parent = folder.parent_id if folder.parent_id is not None else folder.id
    return element(t("ParentFolderId"), Id=ids.folder_id(ids.FolderKey(folder.account_id, parent)))


def _rights(facts: Facts) -> Element:
    rights = facts.view.rights
    made = element(t("EffectiveRights"))
    for name, needed in (
        ("CreateAssociated", Right.CREATE),
        ("CreateContents", Right.CREATE),
        ("CreateHierarchy", Right.CREATE_SUBFOLDER),
        ("Delete", Right.DELETE_FOLDER),
        ("Modify", Right.FOLDER_OWNER),
        ("Read", Right.READ_ANY),
        ("ViewPrivateItems", Right.READ_ANY),
    ):
        child(made, t(name), "true" if needed in rights else "false")
    return made


def _distinguished(facts: Facts) -> Element | None:
    role = facts.folder.role
    if role is None or role not in NAMES or not is_at_least(facts.version, "Exchange2013"):
        return None
    return element(t("DistinguishedFolderId"), NAMES[role])


def _number(name: str, of: Callable[[Folder], int]) -> "Callable[[Facts], Element]":
    return lambda facts: element(t(name), str(of(facts.folder)))


def _child_count(facts: Facts) -> Element:
    return element(t("ChildFolderCount"), str(facts.view.child_count))


def _unread(facts: Facts) -> Element | None:
    """CalendarFolder has no UnreadCount."""
    return None if facts.folder.kind is FolderKind.CALENDAR else element(t("UnreadCount"), str(facts.folder.unread))


def _permissions(facts: Facts) -> Element | None:
    return None if facts.entries is None else permission_set(facts.folder.kind, facts.entries)


@dataclass(frozen=True, slots=True)
class _Property:
    uri: str
    by_default: bool
    write: Callable[[Facts], Element | None]


PROPERTIES: tuple[_Property, ...] = (
    _Property("folder:FolderId", True, lambda facts: folder_id(facts.folder)),
    _Property("folder:ParentFolderId", False, _parent),
    _Property("folder:FolderClass", False, lambda facts: element(t("FolderClass"), CLASSES[facts.folder.kind])),
    _Property("folder:DisplayName", True, lambda facts: element(t("DisplayName"), display_name(facts.folder))),
    _Property("folder:TotalCount", True, _number("TotalCount", lambda folder: folder.total)),
    _Property("folder:ChildFolderCount", True, _child_count),
    _Property("folder:ExtendedProperty", False, lambda facts: None),
    _Property("folder:EffectiveRights", False, _rights),
    _Property("folder:DistinguishedFolderId", False, _distinguished),
    _Property("folder:PermissionSet", False, _permissions),
    _Property("folder:UnreadCount", True, _unread),
)
"""In the order of the schema."""
_KNOWN = {each.uri for each in PROPERTIES} | {
    "folder:ManagedFolderInformation",
    "folder:SearchParameters",
    "folder:SharingEffectiveRights",
}
_NOT_IN_ALL = frozenset({"folder:PermissionSet", "folder:ExtendedProperty"})
EXTENDED: dict[tuple[int, str], Callable[[Folder], str]] = {
    (0x0E08, "Integer"): lambda folder: str(folder.size_bytes),
    (0x0E08, "Long"): lambda folder: str(folder.size_bytes),
    (0x3001, "String"): display_name,
    (0x3602, "Integer"): lambda folder: str(folder.total),
    (0x3603, "Integer"): lambda folder: str(folder.unread),
    (0x3613, "String"): lambda folder: CLASSES[folder.kind],
    (0x10F4, "Boolean"): lambda folder: "false",
}
"""MAPI properties of folders by tag and type."""


@dataclass(frozen=True, slots=True)
class FolderShape:
    """What a request wants of each folder."""

    uris: frozenset[str]
    extended: tuple[tuple[int, str], ...]

    async def write(self, call: Call, view: TreeFolder) -> Element:
        """The folder's element."""
        entries = None
        if "folder:PermissionSet" in self.uris and Right.FOLDER_OWNER in view.rights:
            entries = await call.services.permissions.entries(call.principal, view.folder.id)
        facts = Facts(view, entries, call.version)
        made = element(t(ELEMENTS[view.folder.kind]))
        for each in PROPERTIES:
            if each.uri == "folder:ExtendedProperty":
                made.extend(_extended(view.folder, tag) for tag in self.extended if tag in EXTENDED)
            elif each.uri in self.uris:
                written = each.write(facts)
                if written is not None:
                    made.append(written)
        return made


def shape_of(request: Element) -> FolderShape:
    """From `m:FolderShape`. Raises EwsError: ErrorSchemaValidation, ErrorInvalidPropertyRequest."""
    given = request.find(m("FolderShape"))
    base = given.findtext(t("BaseShape")) if given is not None else None
    if given is None or base not in BASE_SHAPES:
        raise EwsError("ErrorSchemaValidation", f"BaseShape is one of {', '.join(BASE_SHAPES)}")
    uris = {"folder:FolderId"}
    if base != "IdOnly":
        uris |= {each.uri for each in PROPERTIES if each.by_default}
    if base == "AllProperties":
        uris |= {each.uri for each in PROPERTIES} - _NOT_IN_ALL
    extended: list[tuple[int, str]] = []
    for path in given.iterfind(f"{t('AdditionalProperties')}/*"):
        if local_name(path) == "ExtendedFieldURI":
            extended.append((property_tag(path), path.get("PropertyType", "")))
            continue
        uri = path.get("FieldURI", "")
        if uri not in _KNOWN:
            raise EwsError("ErrorInvalidPropertyRequest", f"{uri or local_name(path)} is no property of a folder")
        uris.add(uri)
    return FolderShape(frozenset(uris), tuple(extended))


def property_tag(path: Element) -> int:
    """The number of an ExtendedFieldURI's PropertyTag, hexadecimal or decimal; 0 where it is named another way."""
    text = path.get("PropertyTag", "")
    try:
        return int(text, 16) if text.lower().startswith("0x") else int(text or "0")
    except ValueError as error:
        raise EwsError("ErrorInvalidExtendedProperty", f"{text} is no property tag") from error


def _extended(folder: Folder, tag: tuple[int, str]) -> Element:
    number, kind = tag
    return element(
        t("ExtendedProperty"),
        element(t("ExtendedFieldURI"), PropertyTag=f"{number:#x}", PropertyType=kind),
        element(t("Value"), EXTENDED[tag](folder)),
    )
