"""-FLAGS that adds."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.model.item import FlagAction
from mailproof_server.protocols.imap.commands import store as module
from mailproof_server.wire.imap.store import StoreMode


def apply(_server: Server) -> None:
    module.ACTIONS[StoreMode.REMOVE] = FlagAction.ADD


DEFECT = Defect(
    name="imap_store_minus_sets",
    summary="-FLAGS adds the flags",
    requirements=("RFC9051:6.4.6-1",),
    apply=apply,
)
