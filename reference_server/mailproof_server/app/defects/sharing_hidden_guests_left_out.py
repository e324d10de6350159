"""Grants are looked up in the address book, in which hidden users are not."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import permissions as module


def apply(_server: Server) -> None:
    original = module._work_out

    def work_out(view, principal, folder):
        entry = view.entry(principal.id)
        return module.NO_RIGHTS if entry is None or entry.hidden else original(view, principal, folder)

    module._work_out = work_out


DEFECT = Defect(
    name="sharing_hidden_guests_left_out",
    summary="hidden users see no shared folder",
    requirements=("SHARING:FOLD08-1",),
    apply=apply,
)
