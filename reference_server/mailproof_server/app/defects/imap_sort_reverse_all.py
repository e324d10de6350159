"""REVERSE turns every criterion that follows, not just the next one."""

from dataclasses import replace

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap.commands import sort as module


def apply(_server: Server) -> None:
    original = module.parse_sort

    def parse_sort(parser):
        args = original(parser)
        reverse = False
        criteria = []
        for each in args.criteria:
            reverse = reverse or each.reverse
            criteria.append(replace(each, reverse=reverse))
        return replace(args, criteria=tuple(criteria))

    module.parse_sort = parse_sort


DEFECT = Defect(
    name="imap_sort_reverse_all",
    summary="REVERSE holds for all criteria that follow",
    requirements=("RFC5256:3-2",),
    apply=apply,
)
