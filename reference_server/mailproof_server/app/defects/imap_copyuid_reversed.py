"""COPYUID whose target uids are in another order than the source uids."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap import transferring as module
from mailproof_server.wire.imap.sequence import format_paired_sets


def reversed_pairs(pairs):
    found = list(pairs)
    return format_paired_sets(
        zip([source for source, _ in found], [target for _, target in reversed(found)], strict=True)
    )


def apply(_server: Server) -> None:
    module.format_paired_sets = reversed_pairs


DEFECT = Defect(
    name="imap_copyuid_reversed",
    summary="COPYUID pairs the wrong uids",
    requirements=("RFC9051:7.1-2",),
    apply=apply,
)
