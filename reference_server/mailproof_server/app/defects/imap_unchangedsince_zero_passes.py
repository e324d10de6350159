"""UNCHANGEDSINCE 0 is taken for no condition at all, as by servers that test the number for truth."""

from dataclasses import replace

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap.commands import store as module


def apply(_server: Server) -> None:
    original = module.parse_store

    def parse_store(parser):
        args = original(parser)
        return replace(args, unchanged_since=args.unchanged_since or None)

    module.parse_store = parse_store


DEFECT = Defect(
    name="imap_unchangedsince_zero_passes",
    summary="UNCHANGEDSINCE 0 is no condition",
    requirements=("RFC7162:3.1.3-5",),
    apply=apply,
)
