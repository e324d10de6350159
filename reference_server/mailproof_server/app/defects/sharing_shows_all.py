"""With one folder of an account that is visible, all of them are listed."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.model.permission import Right
from mailproof_server.services import folders as module


def apply(_server: Server) -> None:
    original = module.rights_of

    def rights_of(view, principal, folder):
        rights = original(view, principal, folder)
        if any(Right.FOLDER_VISIBLE in original(view, principal, each) for each in view.folders(folder.account_id)):
            return rights | Right.FOLDER_VISIBLE
        return rights

    module.rights_of = rights_of


DEFECT = Defect(
    name="sharing_shows_all",
    summary="folders that are not shared are listed beside those that are",
    requirements=("SHARING:FOLD10-1",),
    apply=apply,
)
