"""RENAME to an existing name replaces what is there.

GreenMail did so until 2021 (greenmail issue 399).
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import replace_method
from mailproof_server.model.errors import AlreadyExists


def apply(server: Server) -> None:
    folders = server.services.folders

    def make(original):
        async def rename(principal, owner, path, new_owner, new_path):
            try:
                await original(principal, owner, path, new_owner, new_path)
            except AlreadyExists:
                await folders.remove(principal, new_owner, new_path)
                await original(principal, owner, path, new_owner, new_path)

        return rename

    replace_method(folders, "rename", make)


DEFECT = Defect(
    name="imap_rename_over_existing",
    summary="RENAME replaces an existing mailbox",
    requirements=("RFC9051:6.3.6-3",),
    apply=apply,
)
