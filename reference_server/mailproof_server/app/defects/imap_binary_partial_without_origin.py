"""A partial BINARY without its origin.

go-imap left it out (go-imap pull request 663), see erratum 8217.
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.wire.imap.fetch import Binary


def apply(_server: Server) -> None:
    original = Binary.label
    Binary.label = lambda self: original(self).partition(b"<")[0]


DEFECT = Defect(
    name="imap_binary_partial_without_origin",
    summary="a partial BINARY has no origin",
    requirements=("RFC3516:4.2-2",),
    apply=apply,
)
