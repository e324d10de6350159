"""RENAME INBOX that copies nothing and leaves the messages."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import replace_method


def apply(server: Server) -> None:
    folders = server.services.folders

    def make(original):
        async def rename(principal, owner, path, new_owner, new_path):
            if path == "INBOX":
                await folders.create(principal, owner, new_path)
            else:
                await original(principal, owner, path, new_owner, new_path)

        return rename

    replace_method(folders, "rename", make)


DEFECT = Defect(
    name="imap_rename_inbox_takes_name",
    summary="RENAME INBOX leaves its messages",
    requirements=("RFC9051:6.3.6-6",),
    apply=apply,
)
