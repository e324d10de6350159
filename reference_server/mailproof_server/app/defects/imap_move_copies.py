"""MOVE that copies and leaves the source, as a server without a real MOVE does when its expunge fails."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import replace_method


def apply(server: Server) -> None:
    messages = server.services.messages
    replace_method(messages, "move", lambda _original: messages.copy)


DEFECT = Defect(
    name="imap_move_copies",
    summary="MOVE leaves the messages in the source",
    requirements=("RFC9051:6.4.8-1",),
    apply=apply,
)
