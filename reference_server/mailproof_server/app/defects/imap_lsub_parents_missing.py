"""LSUB % leaves out the parent of a subscribed name, so that clients never look below it."""

from dataclasses import replace

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap.commands import lsub as module


def apply(_server: Server) -> None:
    original = module.parse_lsub

    def parse_lsub(parser):
        args = original(parser)
        return replace(args, patterns=tuple(_Hidden(each) for each in args.patterns))

    module.parse_lsub = parse_lsub


class _Hidden(str):
    """A pattern that denies its wildcard when asked for it."""

    __slots__ = ()

    def __contains__(self, part):
        return part != "%" and super().__contains__(part)

    def __radd__(self, reference):
        return reference + str(self)


DEFECT = Defect(
    name="imap_lsub_parents_missing",
    summary="LSUB % does not tell parents",
    requirements=("RFC3501:6.3.9-1",),
    apply=apply,
)
