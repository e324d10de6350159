"""NOTIFY tells a client what it has done itself, which it takes for news."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap.notifying import Notifier


def apply(_server: Server) -> None:
    original = Notifier._news

    async def news(self, account):
        self._session.own.clear()
        return await original(self, account)

    Notifier._news = news


DEFECT = Defect(
    name="imap_notify_tells_own_changes",
    summary="own changes are told as news",
    requirements=("RFC5465:5-1",),
    apply=apply,
)
