"""CREATE with the delimiter at the end, as clients send for a folder of folders, is refused."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap import names as module


def apply(_server: Server) -> None:
    module.canonical = module.fold_inbox


DEFECT = Defect(
    name="imap_create_ends_with_separator",
    summary="a delimiter at the end of a name is part of it",
    requirements=("RFC9051:6.3.4-5",),
    apply=apply,
)
