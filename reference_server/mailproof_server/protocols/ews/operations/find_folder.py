"""FindFolder: the folders below others, shallow or deep (MS-OXWSFOLD 3.1.4.5)."""

from mailproof_server.model.errors import FolderNotFound
from mailproof_server.protocols.ews.errors import EwsError
from mailproof_server.protocols.ews.folder_ids import folder, references
from mailproof_server.protocols.ews.folder_restriction import matcher
from mailproof_server.protocols.ews.operation import Call, for_each, operation
from mailproof_server.protocols.ews.paging import page
from mailproof_server.protocols.ews.shapes.folder import shape_of
from mailproof_server.wire.soap.names import Element, m, t
from mailproof_server.wire.soap.write import child, element

_TRAVERSALS = {"Shallow": False, "Deep": True}


@operation("FindFolder", section="MS-OXWSFOLD 3.1.4.5")
async def find_folder(call: Call, request: Element) -> Element:
    shape = shape_of(request)
    traversal = request.get("Traversal", "")
    if traversal not in ("Shallow", "Deep", "SoftDeleted"):
        raise EwsError("ErrorSchemaValidation", "Traversal is Shallow, Deep or SoftDeleted")
    matches = matcher(request.find(m("Restriction")))

    async def work(given: Element) -> list[Element]:
        try:
            parent = await folder(call, given)
        except FolderNotFound as error:
            raise EwsError("ErrorFolderNotFound", "The folder does not exist") from error
        found = []
        if traversal in _TRAVERSALS:  # of soft-deleted folders there are none
            below = await call.services.folder_tree.below(call.principal, parent.folder.id, deep=_TRAVERSALS[traversal])
            found = [view for view in below if matches(view)]
        shown = page(request, "Folder", len(found), call.limits.page_items)
        root = element(m("RootFolder"), **shown.attributes)
        folders = child(root, t("Folders"))
        for view in found[shown.start : shown.stop]:
            folders.append(await shape.write(call, view))
        return [root]

    return await for_each(
        element(m("FindFolderResponse")), "FindFolderResponseMessage", references(request, "ParentFolderIds"), work
    )
