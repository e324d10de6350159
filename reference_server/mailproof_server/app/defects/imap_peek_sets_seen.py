"""BODY.PEEK that sets backslash-Seen: reading in the background marks mail as read."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap.commands import fetch as module


def apply(_server: Server) -> None:
    module.sets_seen = lambda _items: True


DEFECT = Defect(
    name="imap_peek_sets_seen",
    summary="BODY.PEEK sets Seen",
    requirements=("RFC9051:6.4.5-2",),
    apply=apply,
)
