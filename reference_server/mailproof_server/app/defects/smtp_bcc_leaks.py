"""Bcc is delivered to every recipient."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import submission as module


def apply(_server: Server) -> None:
    module._NEVER_SENT = module._NEVER_SENT - {b"bcc"}


DEFECT = Defect(
    name="smtp_bcc_leaks",
    summary="the Bcc field stays in the message",
    requirements=("RFC5322:3.6.3-1",),
    apply=apply,
)
