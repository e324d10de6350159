"""GetFolder: folders by id or by distinguished name (MS-OXWSFOLD 3.1.4.6)."""

from mailproof_server.protocols.ews.folder_ids import folder, references
from mailproof_server.protocols.ews.operation import Call, for_each, operation
from mailproof_server.protocols.ews.shapes.folder import shape_of
from mailproof_server.wire.soap.names import Element, m
from mailproof_server.wire.soap.write import element


@operation("GetFolder", section="MS-OXWSFOLD 3.1.4.6")
async def get_folder(call: Call, request: Element) -> Element:
    shape = shape_of(request)

    async def work(given: Element) -> list[Element]:
        return [element(m("Folders"), await shape.write(call, await folder(call, given)))]

    return await for_each(
        element(m("GetFolderResponse")), "GetFolderResponseMessage", references(request, "FolderIds"), work
    )
