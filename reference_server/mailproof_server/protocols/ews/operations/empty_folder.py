"""EmptyFolder: all items of folders, and their subfolders if told (MS-OXWSFOLD 3.1.4.4)."""

from mailproof_server.model.folder import FolderKind, FolderRole
from mailproof_server.protocols.ews.errors import EwsError
from mailproof_server.protocols.ews.folder_ids import folder, references
from mailproof_server.protocols.ews.operation import Call, for_each, operation
from mailproof_server.protocols.ews.operations.delete_folder import for_good
from mailproof_server.wire.soap.names import Element, m
from mailproof_server.wire.soap.write import element


@operation("EmptyFolder", section="MS-OXWSFOLD 3.1.4.4", since="Exchange2010_SP1")
async def empty_folder(call: Call, request: Element) -> Element:
    is_final = for_good(request)
    subfolders = request.get("DeleteSubFolders") in ("true", "1")

    async def work(given: Element) -> list[Element]:
        view = await folder(call, given)
        if view.folder.role is FolderRole.ROOT or view.folder.kind is FolderKind.CALENDAR:
            raise EwsError("ErrorCannotEmptyFolder", "This folder cannot be emptied")
        await call.services.folder_tree.empty(call.principal, view.folder.id, for_good=is_final, subfolders=subfolders)
        return []

    return await for_each(
        element(m("EmptyFolderResponse")), "EmptyFolderResponseMessage", references(request, "FolderIds"), work
    )
