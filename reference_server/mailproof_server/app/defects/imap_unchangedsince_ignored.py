"""STORE that does not look at UNCHANGEDSINCE: the lost update that CONDSTORE is there to prevent."""

from dataclasses import replace

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap.commands import store as module


def apply(_server: Server) -> None:
    original = module.parse_store
    module.parse_store = lambda parser: replace(original(parser), unchanged_since=None)


DEFECT = Defect(
    name="imap_unchangedsince_ignored",
    summary="UNCHANGEDSINCE is ignored",
    requirements=("RFC7162:3.1.3-2",),
    apply=apply,
)
