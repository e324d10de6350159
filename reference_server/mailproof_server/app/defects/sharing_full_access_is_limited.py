"""Folder permissions are asked first, and full access only where they say nothing."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import permissions as module


def apply(_server: Server) -> None:
    original = module._work_out

    def work_out(view, principal, folder):
        if any(grant.grantee == principal.id for grant in view.folder_grants(folder.id)):
            return module.granted(view, module.identities(view, principal), folder)
        return original(view, principal, folder)

    module._work_out = work_out


DEFECT = Defect(
    name="sharing_full_access_is_limited",
    summary="a profile takes away from full access",
    requirements=("SHARING:FOLD12-1",),
    apply=apply,
)
