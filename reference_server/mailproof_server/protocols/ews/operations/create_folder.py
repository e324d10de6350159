"""CreateFolder: new folders of every class below one parent (MS-OXWSFOLD 3.1.4.2)."""

from mailproof_server.model.folder import FolderKind
from mailproof_server.model.permission import Right
from mailproof_server.protocols.ews.errors import EwsError
from mailproof_server.protocols.ews.folder_ids import folder, reference
from mailproof_server.protocols.ews.operation import Call, for_each, operation
from mailproof_server.protocols.ews.shapes.folder import CLASSES, ELEMENTS, folder_id
from mailproof_server.protocols.ews.shapes.permission_set import grants_of
from mailproof_server.wire.soap.names import Element, local_name, m, t
from mailproof_server.wire.soap.write import element

_KINDS = {name: kind for kind, name in ELEMENTS.items() if kind is not FolderKind.NOTES}
_BY_CLASS = {name: kind for kind, name in CLASSES.items()}


@operation("CreateFolder", section="MS-OXWSFOLD 3.1.4.2")
async def create_folder(call: Call, request: Element) -> Element:
    given_parent = reference(request, "ParentFolderId")
    folders = request.find(m("Folders"))
    if folders is None or len(folders) == 0:
        raise EwsError("ErrorSchemaValidation", "Folders names no folder")

    async def work(given: Element) -> list[Element]:
        kind = _kind(given)
        parent = await folder(call, given_parent)
        name = given.findtext(t("DisplayName"), "")
        if not name:
            raise EwsError("ErrorFolderSave", "A folder has a DisplayName")
        asked = given.find(t("PermissionSet"))
        grants = None if asked is None else await grants_of(call, asked, kind)
        made = await call.services.folder_tree.create(call.principal, parent.folder.id, name, kind)
        if grants is not None and Right.ADMINISTER in made.rights:
            await call.services.permissions.replace(call.principal, made.folder.id, grants)
        return [element(m("Folders"), element(t(ELEMENTS[kind]), folder_id(made.folder)))]

    return await for_each(element(m("CreateFolderResponse")), "CreateFolderResponseMessage", folders, work)


def _kind(given: Element) -> FolderKind:
    """By the element, or for a plain Folder by its FolderClass; the two may not disagree."""
    name = local_name(given)
    if name == "SearchFolder":
        raise EwsError("ErrorUnsupportedQueryFilter", "Search folders are not supported")
    if name not in _KINDS:
        raise EwsError("ErrorSchemaValidation", f"{name} is no folder")
    folder_class = given.findtext(t("FolderClass"))
    if not folder_class:
        return _KINDS[name]
    kind = next((kind for known, kind in _BY_CLASS.items() if f"{folder_class}.".startswith(f"{known}.")), None)
    if name == "Folder":
        return kind or FolderKind.MAIL
    if kind is not _KINDS[name]:
        raise EwsError("ErrorNoFolderClassOverride", f"A {name} cannot have the class {folder_class}")
    return _KINDS[name]
