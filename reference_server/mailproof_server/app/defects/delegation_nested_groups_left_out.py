"""A grant to a group holds for its direct members only."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._grants import direct_identities
from mailproof_server.services import delegation as module


def apply(_server: Server) -> None:
    module.identities = direct_identities


DEFECT = Defect(
    name="delegation_nested_groups_left_out",
    summary="members of nested groups may not send",
    requirements=("DELEGATION:DELE03-2",),
    apply=apply,
)
