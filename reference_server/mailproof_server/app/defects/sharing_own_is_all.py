"""Rights to what one has created are taken for rights to everything."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.model.permission import on_own
from mailproof_server.services import permissions as module


def apply(_server: Server) -> None:
    original = module._work_out

    def work_out(view, principal, folder):
        return on_own(original(view, principal, folder))

    module._work_out = work_out


DEFECT = Defect(
    name="sharing_own_is_all",
    summary="authors change and remove what others have written",
    requirements=("SHARING:FOLD07-1",),
    apply=apply,
)
