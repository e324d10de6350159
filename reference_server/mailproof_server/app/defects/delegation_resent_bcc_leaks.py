"""Resent-Bcc is taken for a field like any other."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import submission as module


def apply(_server: Server) -> None:
    module._NEVER_SENT = module._NEVER_SENT - {b"resent-bcc"}


DEFECT = Defect(
    name="delegation_resent_bcc_leaks",
    summary="the Resent-Bcc field stays in the message",
    requirements=("DELEGATION:MAIL06-2",),
    apply=apply,
)
