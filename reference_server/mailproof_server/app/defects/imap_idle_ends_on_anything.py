"""IDLE that any line ends with OK."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import rewrite_reply
from mailproof_server.protocols.imap.command import ok


def apply(server: Server) -> None:
    rewrite_reply(server, b"IDLE", lambda reply: ok(b"IDLE completed") if reply.status == b"BAD" else reply)


DEFECT = Defect(
    name="imap_idle_ends_on_anything",
    summary="any line ends IDLE",
    requirements=("RFC2177:3-2",),
    apply=apply,
)
