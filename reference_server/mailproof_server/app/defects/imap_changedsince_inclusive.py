"""CHANGEDSINCE gives messages with just that mod-sequence as well: each poll brings the last change again."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap.commands import fetch as module


def apply(_server: Server) -> None:
    original = module._changed

    async def changed(session, uids, since):
        return await original(session, uids, max(since - 1, 0))

    module._changed = changed


DEFECT = Defect(
    name="imap_changedsince_inclusive",
    summary="CHANGEDSINCE includes its own number",
    requirements=("RFC7162:3.1.4.1-1",),
    apply=apply,
)
