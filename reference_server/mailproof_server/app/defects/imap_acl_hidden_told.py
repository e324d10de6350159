"""Without any right a mailbox is told to be there: NOPERM where it has to look absent."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import replace_method
from mailproof_server.model.errors import FolderNotFound, PermissionDenied
from mailproof_server.model.permission import Right


def apply(server: Server) -> None:
    store = server.store

    def make(original):
        async def open_folder(principal, owner, path, needed=Right.FOLDER_VISIBLE):
            try:
                return await original(principal, owner, path, needed)
            except FolderNotFound:
                if await store.read(lambda view: view.folder_by_path(owner, path) is not None):
                    raise PermissionDenied("Permission denied") from None
                raise

        return open_folder

    replace_method(server.services.folders, "open", make)


DEFECT = Defect(
    name="imap_acl_hidden_told",
    summary="a hidden mailbox is NOPERM",
    requirements=("RFC4314:6-1",),
    apply=apply,
)
