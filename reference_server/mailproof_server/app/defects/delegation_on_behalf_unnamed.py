"""What is sent on behalf looks as if the owner had sent it."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import submission as module
from mailproof_server.services.delegation import SendRight


def apply(_server: Server) -> None:
    original = module.send_right

    def send_right(view, principal, address, via):
        held = original(view, principal, address, via)
        return SendRight.SEND_AS if held is SendRight.ON_BEHALF else held

    module.send_right = send_right


DEFECT = Defect(
    name="delegation_on_behalf_unnamed",
    summary="send on behalf adds no Sender field",
    requirements=("DELEGATION:DELE02-2",),
    apply=apply,
)
