"""DELETE takes everything below along.

Cyrus 2.3 deleted the parents of a child instead (cyrus-imapd issue 724, Bugzilla 2689).
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import replace_method


def apply(server: Server) -> None:
    folders = server.services.folders

    def make(original):
        async def remove(principal, owner, path):
            for view in reversed(await folders.list(principal, owner)):
                if view.folder.path.startswith(f"{path}/"):
                    await original(principal, owner, view.folder.path)
            await original(principal, owner, path)

        return remove

    replace_method(folders, "remove", make)


DEFECT = Defect(
    name="imap_delete_takes_children",
    summary="DELETE removes inferior mailboxes",
    requirements=("RFC9051:6.3.5-3",),
    apply=apply,
)
