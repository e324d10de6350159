"""STORE .SILENT that answers with FETCH."""

from dataclasses import replace

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap.commands import store as module


def apply(_server: Server) -> None:
    original = module.parse_store
    module.parse_store = lambda parser: replace(original(parser), silent=False)


DEFECT = Defect(
    name="imap_store_silent_speaks",
    summary=".SILENT is not silent",
    requirements=("RFC9051:6.4.6-1",),
    apply=apply,
)
