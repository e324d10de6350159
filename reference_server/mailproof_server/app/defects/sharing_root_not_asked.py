"""A folder that is visible shows, wherever it is."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import permissions as module


def apply(_server: Server) -> None:
    module._is_reachable = lambda *_arguments: True


DEFECT = Defect(
    name="sharing_root_not_asked",
    summary="folders show without a visible root",
    requirements=("SHARING:FOLD08-2",),
    apply=apply,
)
