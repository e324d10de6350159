"""ENVELOPE with encoded words decoded: raw UTF-8 where the grammar has 7-bit strings.

Shows in servers that keep the decoded subject in a database and no other.
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.wire.mime.encoded_words import decode_header
from mailproof_server.wire.mime.imap_form import Envelope


def apply(_server: Server) -> None:
    original = Envelope.__init__

    def init(self, data, header):
        original(self, data, header)
        for name, value in self.values.items():
            self.values[name] = decode_header(value).encode()

    Envelope.__init__ = init


DEFECT = Defect(
    name="imap_envelope_decoded",
    summary="encoded words of the envelope are decoded",
    requirements=("RFC9051:7.5.2-4",),
    apply=apply,
)
