"""CLOSE that expunges nothing."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import change_command


def apply(server: Server) -> None:
    change_command(server, b"CLOSE", run=server.imap.commands[b"UNSELECT"].run)


DEFECT = Defect(
    name="imap_close_keeps_deleted",
    summary="CLOSE leaves deleted messages",
    requirements=("RFC9051:6.4.1-1",),
    apply=apply,
)
