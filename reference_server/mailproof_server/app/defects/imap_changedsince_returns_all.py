"""CHANGEDSINCE that returns every message."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap.commands import fetch as module


def apply(_server: Server) -> None:
    async def changed(_session, uids, _since):
        return uids

    module._changed = changed


DEFECT = Defect(
    name="imap_changedsince_returns_all",
    summary="CHANGEDSINCE is ignored",
    requirements=("RFC7162:3.1.4.1-1",),
    apply=apply,
)
