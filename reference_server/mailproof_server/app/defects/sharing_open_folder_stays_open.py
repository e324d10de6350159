"""Rights are looked at when a folder is opened, and then no more."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.model.permission import EVERYTHING
from mailproof_server.services import changes, folders, messages


def apply(_server: Server) -> None:
    def folder_for(view, _principal, folder_id, *_needed):
        return view.folder(folder_id), EVERYTHING

    for module in (changes, folders, messages):
        module.folder_for = folder_for


DEFECT = Defect(
    name="sharing_open_folder_stays_open",
    summary="an open folder is read and told of when sharing has ended",
    requirements=("SHARING:FOLD13-2",),
    apply=apply,
)
