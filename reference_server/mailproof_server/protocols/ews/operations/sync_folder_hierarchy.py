"""SyncFolderHierarchy: which folders came, changed or went since a state (MS-OXWSSYNC 3.1.4.1)."""

from mailproof_server.model.change import ChangeKind
from mailproof_server.model.errors import FolderNotFound, PermissionDenied
from mailproof_server.model.ids import FolderId
from mailproof_server.protocols.ews import ids, sync_state
from mailproof_server.protocols.ews.errors import EwsError
from mailproof_server.protocols.ews.folder_ids import folder, reference
from mailproof_server.protocols.ews.operation import Call, for_each, operation
from mailproof_server.protocols.ews.shapes.folder import FolderShape, shape_of
from mailproof_server.services.folder_tree import TreeFolder
from mailproof_server.wire.soap.names import Element, m, t
from mailproof_server.wire.soap.write import child, element

_KINDS = {ChangeKind.FOLDER_CREATED: "Create", ChangeKind.FOLDER_UPDATED: "Update", ChangeKind.FOLDER_REMOVED: "Delete"}


@operation("SyncFolderHierarchy", section="MS-OXWSSYNC 3.1.4.1", since="Exchange2007_SP1")
async def sync_folder_hierarchy(call: Call, request: Element) -> Element:
    shape = shape_of(request)

    async def work(_once: None) -> list[Element]:
        if request.find(m("SyncFolderId")) is None:
            top = await folder(call, element(t("DistinguishedFolderId"), Id="msgfolderroot"))
        else:
            top = await _top(call, request)
        told = request.findtext(m("SyncState"))
        # The counter first: what happens while the tree is read is told again the next time, and never missed.
        cursor = await call.services.changes.modseq(top.folder.account_id)
        changes = element(m("Changes"))
        if told:
            state = sync_state.parse(told, top.folder.id)
            await _since(call, shape, top, state, changes)
        else:
            for view in await call.services.folder_tree.below(call.principal, top.folder.id, deep=True):
                child(changes, t("Create")).append(await shape.write(call, view))
        return [
            element(m("SyncState"), sync_state.text(sync_state.State(top.folder.id, cursor))),
            element(m("IncludesLastFolderInRange"), "true"),
            changes,
        ]

    return await for_each(
        element(m("SyncFolderHierarchyResponse")), "SyncFolderHierarchyResponseMessage", (None,), work
    )


async def _top(call: Call, request: Element) -> TreeFolder:
    try:
        return await folder(call, reference(request, "SyncFolderId"))
    except FolderNotFound as error:
        raise EwsError("ErrorSyncFolderNotFound", "There is no such folder") from error


async def _since(call: Call, shape: FolderShape, top: TreeFolder, state: sync_state.State, changes: Element) -> None:
    """The net effect: a folder that came and went is not told, one that changed twice is told once."""
    owner = top.folder.account_id
    seen: dict[FolderId, str] = {}
    for change in await call.services.changes.since(call.principal, owner, state.cursor):
        kind = _KINDS.get(change.kind)
        if kind is None:
            continue
        before = seen.get(change.folder_id)
        if kind == "Delete" and before == "Create":
            del seen[change.folder_id]
        elif before is None or kind == "Delete":
            seen[change.folder_id] = kind
    inside = {
        view.folder.id: view for view in await call.services.folder_tree.below(call.principal, top.folder.id, deep=True)
    }
    for folder_id, kind in seen.items():
        view = inside.get(folder_id)
        if view is not None:
            child(changes, t(kind if kind != "Delete" else "Update")).append(await shape.write(call, view))
        elif kind != "Create" and folder_id != top.folder.id and not await _is_elsewhere(call, folder_id):
            key = ids.FolderKey(owner, folder_id)
            child(changes, t("Delete")).append(element(t("FolderId"), Id=ids.folder_id(key)))


async def _is_elsewhere(call: Call, folder_id: FolderId) -> bool:
    """Whether a folder that is not below the top is one that never was: the root itself."""
    try:
        view = await call.services.folder_tree.get(call.principal, folder_id)
    except (FolderNotFound, PermissionDenied):
        return False
    return view.folder.parent_id is None
