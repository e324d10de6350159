"""What MoveFolder and CopyFolder have in common (MS-OXWSFOLD 2.2.4: BaseMoveCopyFolderType)."""

from collections.abc import Awaitable, Callable

from mailproof_server.model.account import Principal
from mailproof_server.model.errors import FolderNotFound
from mailproof_server.model.folder import FolderRole
from mailproof_server.model.ids import FolderId
from mailproof_server.protocols.ews.errors import EwsError
from mailproof_server.protocols.ews.folder_ids import folder, reference, references
from mailproof_server.protocols.ews.operation import Call, for_each
from mailproof_server.protocols.ews.shapes.folder import ELEMENTS, folder_id
from mailproof_server.services.folder_tree import TreeFolder
from mailproof_server.wire.soap.names import Element, m, t
from mailproof_server.wire.soap.write import element

Act = Callable[[Principal, FolderId, FolderId], Awaitable[TreeFolder]]


async def place(call: Call, request: Element, name: str, act: Act, *, moves: bool) -> Element:
    """The response of the operation `name`."""
    given_target = reference(request, "ToFolderId")

    async def work(given: Element) -> list[Element]:
        source = await folder(call, given)
        if moves and source.folder.role is not None:
            raise EwsError("ErrorMoveDistinguishedFolder", "Distinguished folders cannot be moved")
        if source.folder.role is FolderRole.ROOT:
            raise EwsError("ErrorMoveCopyFailed", "The root cannot be copied")
        try:
            target = await folder(call, given_target)
        except FolderNotFound as error:
            raise EwsError("ErrorToFolderNotFound", "There is no such target folder") from error
        if target.folder.account_id != source.folder.account_id:
            raise EwsError("ErrorCrossMailboxMoveCopy", "Folders stay in their mailbox")
        placed = await act(call.principal, source.folder.id, target.folder.id)
        return [element(m("Folders"), element(t(ELEMENTS[placed.folder.kind]), folder_id(placed.folder)))]

    return await for_each(
        element(m(f"{name}Response")), f"{name}ResponseMessage", references(request, "FolderIds"), work
    )
