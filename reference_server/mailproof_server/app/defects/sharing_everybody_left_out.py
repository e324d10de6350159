"""What everybody holds is not looked at."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.model.permission import Anyone, implied
from mailproof_server.services import permissions as module


def apply(_server: Server) -> None:
    def granted(view, who, folder):
        rights = module.default_rights(folder)
        for grant in view.folder_grants(folder.id):
            if grant.grantee in who and not isinstance(grant.grantee, Anyone):
                rights |= grant.rights
        return implied(rights)

    module.granted = granted


DEFECT = Defect(
    name="sharing_everybody_left_out",
    summary="a grant to everybody does not count",
    requirements=("SHARING:FOLD08-1",),
    apply=apply,
)
