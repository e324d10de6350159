"""A partial fetch that answers with the whole body.

Twisted 12.0 did so too (twisted issue 5613): "the server doesn't truncate the message as expected".
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.wire.imap import fetch as module
from mailproof_server.wire.imap.fetch import Partial


def apply(_server: Server) -> None:
    original = module._partial

    def partial(parser):
        found = original(parser)
        return None if found is None else Partial(found.offset, 2**62)

    module._partial = partial


DEFECT = Defect(
    name="imap_partial_ignored",
    summary="the length of a partial is ignored",
    requirements=("RFC9051:6.4.5-5",),
    apply=apply,
)
