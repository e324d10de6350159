"""BODY[] that leaves mail unread."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap.commands import fetch as module


def apply(_server: Server) -> None:
    module.sets_seen = lambda _items: False


DEFECT = Defect(
    name="imap_body_does_not_set_seen",
    summary="BODY[] does not set Seen",
    requirements=("RFC9051:6.4.5-2",),
    apply=apply,
)
