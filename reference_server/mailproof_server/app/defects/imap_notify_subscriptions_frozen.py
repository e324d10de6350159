"""NOTIFY SUBSCRIBED watches what was subscribed when it was given, and nothing that came later."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap.notifying import Notifier


def apply(_server: Server) -> None:
    original = Notifier._subscribed

    async def subscribed(self, account):
        return account.subscribed or await original(self, account)

    Notifier._subscribed = subscribed


DEFECT = Defect(
    name="imap_notify_subscriptions_frozen",
    summary="new subscriptions are not watched",
    requirements=("RFC5465:6.4-1",),
    apply=apply,
)
