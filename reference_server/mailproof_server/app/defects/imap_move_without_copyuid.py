"""UID MOVE without COPYUID: clients lose sight of what they have moved."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import rewrite_untagged


def apply(server: Server) -> None:
    rewrite_untagged(server, b"MOVE", lambda data: b"" if b"[COPYUID" in data else data)


DEFECT = Defect(
    name="imap_move_without_copyuid",
    summary="MOVE tells no COPYUID",
    requirements=("RFC9051:6.4.8-2",),
    apply=apply,
)
