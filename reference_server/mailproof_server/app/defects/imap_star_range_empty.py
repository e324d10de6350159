"""n:* is empty when n is above the highest number, where it always holds the last message.

So many servers and libraries stumble here that clients warn of the right answer (imap_tools issue 122).
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.wire.imap.sequence import STAR, SequenceSet


def apply(_server: Server) -> None:
    original = SequenceSet.resolve

    def resolve(self, maximum):
        kept = tuple(each for each in self.ranges if each[1] != STAR or each[0] == STAR or each[0] <= maximum)
        return original(SequenceSet(kept), maximum)

    SequenceSet.resolve = resolve


DEFECT = Defect(
    name="imap_star_range_empty",
    summary="n:* above the last number is empty",
    requirements=("RFC9051:9-4", "RFC9051:9-3"),
    apply=apply,
)
