"""UNSELECT that expunges, as CLOSE does."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import change_command


def apply(server: Server) -> None:
    change_command(server, b"UNSELECT", run=server.imap.commands[b"CLOSE"].run)


DEFECT = Defect(
    name="imap_unselect_expunges",
    summary="UNSELECT removes deleted messages",
    requirements=("RFC9051:6.4.2-1",),
    apply=apply,
)
