"""LIST (SUBSCRIBED) leaves out names whose mailbox is gone, so that nobody can unsubscribe from them."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap.commands import list as module


def apply(_server: Server) -> None:
    original = module._is_wanted
    module._is_wanted = lambda name, args: original(name, args) and (name.view is not None or name.has_children)


DEFECT = Defect(
    name="imap_list_subscribed_gone_missing",
    summary="subscribed names that are gone are not listed",
    requirements=("RFC5258:3-7", "RFC5258:3.1-1"),
    apply=apply,
)
