"""The Sender that is made stands beside the one that was there."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services.message_head import MessageHead


def apply(_server: Server) -> None:
    original = MessageHead.edited

    def edited(head, added, removed):
        return original(head, added, removed - {b"sender"})

    MessageHead.edited = edited


DEFECT = Defect(
    name="delegation_second_sender",
    summary="the client's Sender field stays beside the server's",
    requirements=("DELEGATION:DELE02-2",),
    apply=apply,
)
