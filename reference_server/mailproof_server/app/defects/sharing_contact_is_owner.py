"""The folder's contact is taken for its owner."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.model.permission import Right
from mailproof_server.services import permissions as module


def apply(_server: Server) -> None:
    original = module.granted

    def granted(view, who, folder):
        rights = original(view, who, folder)
        return module.implied(rights | Right.FOLDER_OWNER) if Right.FOLDER_CONTACT in rights else rights

    module.granted = granted


DEFECT = Defect(
    name="sharing_contact_is_owner",
    summary="folder contact includes the rights of folder owner",
    requirements=("SHARING:FOLD07-1",),
    apply=apply,
)
