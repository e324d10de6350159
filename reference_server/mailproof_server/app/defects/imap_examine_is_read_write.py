"""EXAMINE that opens read-write: looking changes the folder."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import change_command


def apply(server: Server) -> None:
    change_command(server, b"EXAMINE", run=server.imap.commands[b"SELECT"].run)


DEFECT = Defect(
    name="imap_examine_is_read_write",
    summary="EXAMINE allows changes",
    requirements=("RFC9051:6.3.3-1", "RFC9051:6.3.2-2"),
    apply=apply,
)
