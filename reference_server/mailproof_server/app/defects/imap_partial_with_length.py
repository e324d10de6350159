"""A partial body told as `<origin.length>`: clients find no item of the name that they wait for.

Twisted 12.0 did so (twisted issue 5613, trac 5613).
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.wire.imap.fetch import Body


def apply(_server: Server) -> None:
    original = Body.label

    def label(self):
        told = original(self)
        return told if self.partial is None else told[:-1] + b".%d>" % self.partial.length

    Body.label = label


DEFECT = Defect(
    name="imap_partial_with_length",
    summary="the origin of a partial is told with the length",
    requirements=("RFC9051:6.4.5-5",),
    apply=apply,
)
