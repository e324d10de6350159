"""* in a sequence set stands for UIDNEXT, not for the number of the last message.

Twisted did so for FETCH (twisted issue 11534, trac 43).
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.wire.imap.sequence import SequenceSet


def apply(_server: Server) -> None:
    original = SequenceSet.resolve
    SequenceSet.resolve = lambda self, maximum: original(self, maximum + 1)


DEFECT = Defect(
    name="imap_star_is_uidnext",
    summary="* is one more than the last number",
    requirements=("RFC9051:9-3", "RFC9051:9-4"),
    apply=apply,
)
