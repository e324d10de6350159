"""STATUS HIGHESTMODSEQ does not move: clients that poll by it never see a change."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap import status as module


def apply(_server: Server) -> None:
    original = module._number

    def number(session, folder, item):
        return 1 if item == b"HIGHESTMODSEQ" else original(session, folder, item)

    module._number = number


DEFECT = Defect(
    name="imap_status_modseq_stale",
    summary="STATUS HIGHESTMODSEQ is always 1",
    requirements=("RFC7162:3.1.7-1",),
    apply=apply,
)
