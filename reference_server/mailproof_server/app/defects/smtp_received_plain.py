"""Received says `with SMTP`, though the client had signed in over TLS."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.smtp import receiving as module


def apply(_server: Server) -> None:
    original = module.received_field
    module.received_field = lambda **facts: original(**facts).replace(b"with ESMTPSA", b"with SMTP")


DEFECT = Defect(
    name="smtp_received_plain",
    summary="Received hides TLS and sign-in",
    requirements=("RFC3848:1-1",),
    apply=apply,
)
