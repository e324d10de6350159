"""Whoever sends as the owner is named in Sender."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import submission as module
from mailproof_server.services.delegation import SendRight


def apply(_server: Server) -> None:
    original = module.send_right

    def send_right(view, principal, address, via):
        held = original(view, principal, address, via)
        return SendRight.ON_BEHALF if held is SendRight.SEND_AS else held

    module.send_right = send_right


DEFECT = Defect(
    name="delegation_send_as_names_sender",
    summary="send as adds a Sender field",
    requirements=("DELEGATION:DELE03-1",),
    apply=apply,
)
