"""EXPUNGE numbers in ascending order of the old numbering."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap.numbering import Numbering


def apply(_server: Server) -> None:
    original = Numbering.remove
    Numbering.remove = lambda self, uids: sorted(original(self, uids))  # type: ignore[method-assign]


DEFECT = Defect(
    name="imap_expunge_counts_down_wrong",
    summary="EXPUNGE tells numbers as they were before",
    requirements=("RFC9051:6.4.3-1",),
    apply=apply,
)
