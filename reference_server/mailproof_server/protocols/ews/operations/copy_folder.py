"""CopyFolder: a folder with all below it, once more (MS-OXWSFOLD 3.1.4.1)."""

from mailproof_server.protocols.ews.operation import Call, operation
from mailproof_server.protocols.ews.operations._placing import place
from mailproof_server.wire.soap.names import Element


@operation("CopyFolder", section="MS-OXWSFOLD 3.1.4.1")
async def copy_folder(call: Call, request: Element) -> Element:
    return await place(call, request, "CopyFolder", call.services.folder_tree.copy, moves=False)
