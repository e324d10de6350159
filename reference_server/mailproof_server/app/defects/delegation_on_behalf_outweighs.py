"""Of two permissions the weaker one counts."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.model.permission import AccountPermission
from mailproof_server.services import delegation as module


def apply(_server: Server) -> None:
    original = module._held
    both = {AccountPermission.SEND_AS, AccountPermission.SEND_ON_BEHALF}

    def held(view, principal, owner):
        found = original(view, principal, owner)
        return found - {AccountPermission.SEND_AS} if both <= found else found

    module._held = held


DEFECT = Defect(
    name="delegation_on_behalf_outweighs",
    summary="with both rights a Sender is added",
    requirements=("DELEGATION:DELE03-3",),
    apply=apply,
)
