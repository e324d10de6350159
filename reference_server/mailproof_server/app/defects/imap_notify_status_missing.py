"""NOTIFY SET STATUS does not tell where the watched mailboxes stand: the client never learns what it missed."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap.notifying import Notifier


def apply(_server: Server) -> None:
    original = Notifier.start

    async def start(self, *, status):
        await original(self, status=False)

    Notifier.start = start


DEFECT = Defect(
    name="imap_notify_status_missing",
    summary="NOTIFY SET STATUS tells no STATUS",
    requirements=("RFC5465:3.1-2",),
    apply=apply,
)
