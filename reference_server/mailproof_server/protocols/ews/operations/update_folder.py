"""UpdateFolder: another name, other permissions (MS-OXWSFOLD 3.1.4.8)."""

from mailproof_server.protocols.ews import ids
from mailproof_server.protocols.ews.errors import EwsError
from mailproof_server.protocols.ews.folder_ids import folder
from mailproof_server.protocols.ews.operation import Call, for_each, operation
from mailproof_server.protocols.ews.shapes.folder import ELEMENTS, folder_id
from mailproof_server.protocols.ews.shapes.permission_set import grants_of
from mailproof_server.services.folder_tree import TreeFolder
from mailproof_server.wire.soap.names import Element, local_name, m, t
from mailproof_server.wire.soap.write import element

_PROPERTIES = {"folder:DisplayName": "DisplayName", "folder:PermissionSet": "PermissionSet"}
_READ_ONLY = frozenset(
    [
        "folder:FolderId",
        "folder:ParentFolderId",
        "folder:TotalCount",
        "folder:ChildFolderCount",
        "folder:UnreadCount",
        "folder:EffectiveRights",
        "folder:FolderClass",
        "folder:ManagedFolderInformation",
    ]
)


@operation("UpdateFolder", section="MS-OXWSFOLD 3.1.4.8")
async def update_folder(call: Call, request: Element) -> Element:
    changes = request.find(m("FolderChanges"))
    if changes is None or len(changes) == 0:
        raise EwsError("ErrorSchemaValidation", "FolderChanges holds no change")

    async def work(change: Element) -> list[Element]:
        updates = change.find(t("Updates"))
        if len(change) < 2 or updates is None or len(updates) == 0:
            raise EwsError("ErrorSchemaValidation", "A FolderChange has a folder id and Updates")
        view = await folder(call, change[0])
        _check_change_key(change[0], view)
        for update in updates:
            view = await _apply(call, view, update)
        return [element(m("Folders"), element(t(ELEMENTS[view.folder.kind]), folder_id(view.folder)))]

    return await for_each(element(m("UpdateFolderResponse")), "UpdateFolderResponseMessage", changes, work)


def _check_change_key(given: Element, view: TreeFolder) -> None:
    """A distinguished name has no key to be stale."""
    if local_name(given) != "FolderId":
        return
    key = given.get("ChangeKey")
    if not key:
        raise EwsError("ErrorChangeKeyRequired", "UpdateFolder needs the folder's ChangeKey")
    ids.parse_change_key(key)
    if key != ids.folder_change_key(view.folder):
        raise EwsError("ErrorStaleObject", "The folder has changed since")


async def _apply(call: Call, view: TreeFolder, update: Element) -> TreeFolder:
    uri = update[0].get("FieldURI", "") if len(update) else ""
    act = local_name(update)
    if uri in _READ_ONLY or act == "AppendToFolderField":
        raise EwsError("ErrorInvalidPropertySet", f"{uri} cannot be set")
    if act == "DeleteFolderField":
        raise EwsError("ErrorInvalidPropertyDelete", f"{uri} cannot be deleted")
    if act != "SetFolderField" or uri not in _PROPERTIES:
        raise EwsError("ErrorInvalidPropertySet", f"{act} of {uri or 'nothing'} is not possible")
    holder = update[1] if len(update) > 1 else None
    if holder is None or len(holder) != 1:
        raise EwsError("ErrorIncorrectUpdatePropertyCount", "One property is set at a time")
    value = holder.find(t(_PROPERTIES[uri]))
    if value is None:
        raise EwsError("ErrorUpdatePropertyMismatch", f"The value is not of {uri}")
    if uri == "folder:PermissionSet":
        grants = await grants_of(call, value, view.folder.kind)
        await call.services.permissions.replace(call.principal, view.folder.id, grants)
        return await call.services.folder_tree.get(call.principal, view.folder.id)
    if view.folder.role is not None:
        raise EwsError("ErrorFolderSave", "Distinguished folders keep their names")
    return await call.services.folder_tree.rename(call.principal, view.folder.id, value.text or "")
