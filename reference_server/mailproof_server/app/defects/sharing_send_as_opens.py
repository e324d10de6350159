"""Every grant on an account is taken for full access."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import permissions as module


def apply(_server: Server) -> None:
    original = module._work_out

    def work_out(view, principal, folder):
        if any(grantee == principal.id for grantee, _ in view.account_grants(folder.account_id)):
            return module.EVERYTHING
        return original(view, principal, folder)

    module._work_out = work_out


DEFECT = Defect(
    name="sharing_send_as_opens",
    summary="send as opens every folder",
    requirements=("SHARING:FOLD12-2",),
    apply=apply,
)
