"""STORE .SILENT tells no MODSEQ after CONDSTORE was enabled: the client takes its own change for one of somebody else.

Cyrus 2.4.14 did so (cyrus-imapd issue 1537, Bugzilla 3667).
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap.commands import store as module


def apply(_server: Server) -> None:
    original = module._show

    async def show(session, uids, *, silent, conditional, uid):
        return 0 if silent else await original(session, uids, silent=silent, conditional=conditional, uid=uid)

    module._show = show


DEFECT = Defect(
    name="imap_silent_store_without_modseq",
    summary="STORE .SILENT does not tell MODSEQ",
    requirements=("RFC7162:3.1.3-1",),
    apply=apply,
)
