"""Send as covers the owner's aliases."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.model.errors import SendAsDenied
from mailproof_server.services import submission as module
from mailproof_server.services.addresses import parse


def apply(_server: Server) -> None:
    original = module.send_right

    def send_right(view, principal, address, via):
        try:
            return original(view, principal, address, via)
        except SendAsDenied:
            owner = view.entry_by_address(str(address))
            if owner is None or owner.id == principal.id or "+" in str(address):
                raise
            return original(view, principal, parse(owner.address), via)

    module.send_right = send_right


DEFECT = Defect(
    name="delegation_aliases_of_the_owner",
    summary="an alias of the owner may stand in From",
    requirements=("ADDR-02",),
    apply=apply,
)
