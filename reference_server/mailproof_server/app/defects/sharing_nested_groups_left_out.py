"""A grant to a group holds for its direct members only."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._grants import direct_identities
from mailproof_server.services import permissions as module


def apply(_server: Server) -> None:
    module.identities = direct_identities


DEFECT = Defect(
    name="sharing_nested_groups_left_out",
    summary="members of nested groups see no shared folder",
    requirements=("SHARING:FOLD08-1",),
    apply=apply,
)
