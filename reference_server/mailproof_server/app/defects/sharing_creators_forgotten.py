"""It is not remembered who has created what."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import messages as module


def apply(_server: Server) -> None:
    module.guest = lambda _principal, _folder: None


DEFECT = Defect(
    name="sharing_creators_forgotten",
    summary="authors may not change what they have written",
    requirements=("SHARING:FOLD07-1",),
    apply=apply,
)
