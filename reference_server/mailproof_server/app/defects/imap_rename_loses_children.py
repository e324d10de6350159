"""RENAME that leaves the folders below behind."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import replace_method


def apply(server: Server) -> None:
    folders = server.services.folders

    def make(original):
        async def rename(principal, owner, path, new_owner, new_path):
            await original(principal, owner, path, new_owner, new_path)
            for view in await folders.list(principal, owner):
                if view.folder.path.startswith(new_path + "/"):
                    await original(principal, owner, view.folder.path, owner, path + view.folder.path[len(new_path) :])

        return rename

    replace_method(folders, "rename", make)


DEFECT = Defect(
    name="imap_rename_loses_children",
    summary="inferior names are not renamed",
    requirements=("RFC9051:6.3.6-4",),
    apply=apply,
)
