"""FETCH RFC822 is answered OK and without the item.

iCloud does so (modern-email/defects issue 36).
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap.fetching import Plan


def apply(_server: Server) -> None:
    original = Plan.line

    def line(self, number, message):
        items = [item for item in (render(message) for render in self.renders) if not item.startswith(b"RFC822 ")]
        return b"* %d FETCH (%b)\r\n" % (number, b" ".join(items)) if items else original(self, number, message)

    Plan.line = line


DEFECT = Defect(
    name="imap_rfc822_missing",
    summary="the item RFC822 is missing",
    requirements=("RFC3501:6.4.5-1", "RFC9051:6.4.5-1"),
    apply=apply,
)
