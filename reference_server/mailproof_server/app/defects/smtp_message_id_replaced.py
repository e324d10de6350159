"""Message-ID is replaced by one of the server's own: threads break.

Amazon SES does so by its documentation, with Date as well.
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import submission as module
from mailproof_server.services.message_head import MessageHead


def apply(_server: Server) -> None:
    module._NEVER_SENT = module._NEVER_SENT | {b"message-id"}
    original = MessageHead.named
    MessageHead.named = lambda self, name: [] if name == b"message-id" else original(self, name)


DEFECT = Defect(
    name="smtp_message_id_replaced",
    summary="Message-ID is replaced",
    requirements=("RFC6409:8-1", "RFC5321:4.5.2-2"),
    apply=apply,
)
