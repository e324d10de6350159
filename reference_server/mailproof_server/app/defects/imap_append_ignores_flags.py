"""APPEND that ignores the flags given."""

from dataclasses import replace

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.model.item import Flags
from mailproof_server.protocols.imap.commands import append as module


def apply(_server: Server) -> None:
    original = module.incoming
    module.incoming = lambda message: replace(original(message), flags=Flags())


DEFECT = Defect(
    name="imap_append_ignores_flags",
    summary="flags given to APPEND are dropped",
    requirements=("RFC9051:6.3.12-2", "RFC9051:6.3.12-6"),
    apply=apply,
)
