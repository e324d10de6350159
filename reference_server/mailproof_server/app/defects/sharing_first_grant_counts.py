"""Of several grants the first one counts."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.model.permission import Anyone, implied
from mailproof_server.services import permissions as module


def apply(_server: Server) -> None:
    def granted(view, who, folder):
        for grant in view.folder_grants(folder.id):
            if grant.grantee in who or grant.grantee == Anyone.DEFAULT:
                return implied(grant.rights)
        return module.default_rights(folder)

    module.granted = granted


DEFECT = Defect(
    name="sharing_first_grant_counts",
    summary="rights of two groups do not add up",
    requirements=("SHARING:FOLD06-3",),
    apply=apply,
)
