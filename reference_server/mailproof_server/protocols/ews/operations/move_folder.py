"""MoveFolder: another parent, the same ids (MS-OXWSFOLD 3.1.4.7)."""

from mailproof_server.protocols.ews.operation import Call, operation
from mailproof_server.protocols.ews.operations._placing import place
from mailproof_server.wire.soap.names import Element


@operation("MoveFolder", section="MS-OXWSFOLD 3.1.4.7")
async def move_folder(call: Call, request: Element) -> Element:
    return await place(call, request, "MoveFolder", call.services.folder_tree.move, moves=True)
