"""What is granted on the root holds for every folder."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.model.folder import FolderRole
from mailproof_server.services import permissions as module


def apply(_server: Server) -> None:
    original = module.granted

    def granted(view, who, folder):
        root = view.folder_by_role(folder.account_id, FolderRole.ROOT)
        above = module.NO_RIGHTS if root is None or root.id == folder.id else original(view, who, root)
        return original(view, who, folder) | above

    module.granted = granted


DEFECT = Defect(
    name="sharing_root_is_inherited",
    summary="rights on the root open all folders",
    requirements=("SHARING:FOLD08-3",),
    apply=apply,
)
