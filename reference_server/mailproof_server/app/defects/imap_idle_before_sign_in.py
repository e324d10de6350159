"""IDLE is taken before sign-in, and holds a connection that nobody pays for."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import change_command
from mailproof_server.protocols.imap.command import ANY


def apply(server: Server) -> None:
    change_command(server, b"IDLE", states=ANY)


DEFECT = Defect(
    name="imap_idle_before_sign_in",
    summary="IDLE needs no sign-in",
    requirements=("RFC2177:3-6",),
    apply=apply,
)
