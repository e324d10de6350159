"""Addresses are looked up in the address book, where hidden ones are not."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import resolution as module


def apply(_server: Server) -> None:
    entry = module._entry

    def shown(view, wanted):
        found = entry(view, wanted)
        return None if found is None or found.hidden else found

    module._entry = shown


DEFECT = Defect(
    name="address_hidden_unknown",
    summary="hidden users and groups take no mail",
    requirements=("ADDRESSES:CONT06-2",),
    apply=apply,
)
