"""Grants are looked up in the address book, in which hidden users are not."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import delegation as module


def apply(_server: Server) -> None:
    original = module.identities

    def identities(view, principal):
        entry = view.entry(principal.id)
        return frozenset() if entry is None or entry.hidden else original(view, principal)

    module.identities = identities


DEFECT = Defect(
    name="delegation_hidden_members_left_out",
    summary="hidden users may not send",
    requirements=("DELEGATION:DELE03-2",),
    apply=apply,
)
