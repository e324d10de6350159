"""The UNSEEN code of SELECT holds how many messages are unseen, not which is the first.

go-imap did so until 2019 (go-imap issue 106).
"""

from dataclasses import replace

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import replace_method


def apply(server: Server) -> None:
    def make(original):
        async def enter(principal, owner, path, *, claim_recent):
            opened = await original(principal, owner, path, claim_recent=claim_recent)
            unread = opened.view.folder.unread
            return replace(opened, first_unseen=opened.uids[unread - 1]) if unread else opened

        return enter

    replace_method(server.services.folders, "enter", make)


DEFECT = Defect(
    name="imap_unseen_is_a_count",
    summary="UNSEEN counts",
    requirements=("RFC3501:6.3.1-2",),
    apply=apply,
)
