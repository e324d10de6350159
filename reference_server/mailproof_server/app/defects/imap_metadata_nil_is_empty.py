"""SETMETADATA with NIL sets the empty string instead of taking the entry away."""

from dataclasses import replace

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap.commands import setmetadata as module


def apply(_server: Server) -> None:
    original = module.parse_set_metadata

    def parse_set_metadata(parser):
        args = original(parser)
        return replace(args, entries=tuple((entry, value or b"") for entry, value in args.entries))

    module.parse_set_metadata = parse_set_metadata


DEFECT = Defect(
    name="imap_metadata_nil_is_empty",
    summary="NIL does not remove an entry",
    requirements=("RFC5464:4.3-1",),
    apply=apply,
)
