"""A space between two addresses of the envelope, where the grammar has none.

GreenMail did so until 2025 (greenmail pull request 871).
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.wire.mime.imap_form import Envelope


def apply(_server: Server) -> None:
    original = Envelope._addresses
    Envelope._addresses = lambda self, name: original(self, name).replace(b")(", b") (")


DEFECT = Defect(
    name="imap_envelope_addresses_spaced",
    summary="there is a space between addresses",
    requirements=("RFC9051:9-51", "RFC9051:7.5.2-51", "RFC9051:7.5.2-1"),
    apply=apply,
)
