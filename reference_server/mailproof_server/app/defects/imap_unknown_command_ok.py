"""An unknown command that is answered OK: clients believe in extensions that are not there."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap.command import ok


def apply(_server: Server) -> None:
    from mailproof_server.protocols.imap import session as module

    module.bad = lambda text, code=None: ok(text, code)  # type: ignore[assignment]


DEFECT = Defect(
    name="imap_unknown_command_ok",
    summary="an unknown command is answered OK",
    requirements=("RFC9051:7.1.3-1",),
    apply=apply,
)
