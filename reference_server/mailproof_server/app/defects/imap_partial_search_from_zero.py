"""PARTIAL counts results from 0: each page begins with the last one of the page before."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.wire.imap.sequence import PartialRange


def apply(_server: Server) -> None:
    original = PartialRange.bounds

    def bounds(self, size):
        start, end = original(self, size)
        return max(start - 1, 0), max(end - 1, 0)

    PartialRange.bounds = bounds


DEFECT = Defect(
    name="imap_partial_search_from_zero",
    summary="PARTIAL is one off",
    requirements=("RFC9394:3.1-1", "RFC9394:3.1-2"),
    apply=apply,
)
