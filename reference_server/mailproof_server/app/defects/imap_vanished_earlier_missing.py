"""SELECT with QRESYNC that does not tell what vanished: caches keep ghosts.

Apache James did so in some cases until 2022 (JAMES-3722), Cyrus 3.8.2 for the newest messages and UID FETCH
(cyrus-imapd issue 6071).
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap import selecting as module


def apply(_server: Server) -> None:
    async def nothing(_session, _since, _known):
        return []

    module.vanished_since = nothing


DEFECT = Defect(
    name="imap_vanished_earlier_missing",
    summary="QRESYNC does not report what vanished",
    requirements=("RFC7162:3.2.5.1-1",),
    apply=apply,
)
