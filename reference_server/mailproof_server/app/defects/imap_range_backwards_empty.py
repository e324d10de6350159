"""A range with the larger number first is empty."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.wire.imap import parse as module


def apply(_server: Server) -> None:
    original = module._range_of

    def range_of(part):
        low, colon, high = part.partition(b":")
        if colon and low.isdigit() and high.isdigit() and int(low) > int(high):
            return int(low), int(high)
        return original(part)

    module._range_of = range_of


DEFECT = Defect(
    name="imap_range_backwards_empty",
    summary="5:1 names no message",
    requirements=("RFC9051:9-3",),
    apply=apply,
)
