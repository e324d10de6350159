"""DeleteFolder: into Deleted Items, or for good (MS-OXWSFOLD 3.1.4.3)."""

from mailproof_server.protocols.ews.errors import EwsError
from mailproof_server.protocols.ews.folder_ids import folder, references
from mailproof_server.protocols.ews.operation import Call, for_each, operation
from mailproof_server.wire.soap.names import Element, m
from mailproof_server.wire.soap.write import element

DELETE_TYPES = {"HardDelete": True, "SoftDelete": True, "MoveToDeletedItems": False}
"""Whether what is deleted is gone for good: there is no dumpster from which a soft deletion could be undone."""


def for_good(request: Element) -> bool:
    """From the attribute DeleteType. Raises EwsError."""
    kind = request.get("DeleteType", "")
    if kind not in DELETE_TYPES:
        raise EwsError("ErrorSchemaValidation", f"DeleteType is one of {', '.join(DELETE_TYPES)}")
    return DELETE_TYPES[kind]


@operation("DeleteFolder", section="MS-OXWSFOLD 3.1.4.3")
async def delete_folder(call: Call, request: Element) -> Element:
    is_final = for_good(request)

    async def work(given: Element) -> list[Element]:
        view = await folder(call, given)
        if view.folder.role is not None:
            raise EwsError("ErrorDeleteDistinguishedFolder", "Distinguished folders cannot be deleted")
        await call.services.folder_tree.remove(call.principal, view.folder.id, for_good=is_final)
        return []

    return await for_each(
        element(m("DeleteFolderResponse")), "DeleteFolderResponseMessage", references(request, "FolderIds"), work
    )
