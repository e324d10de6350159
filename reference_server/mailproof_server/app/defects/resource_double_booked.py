"""Conflicts are not looked for."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services.calendar import resources as module


def apply(_server: Server) -> None:
    module.is_taken = lambda _view, _events, _folder_id, _request, _now: False


DEFECT = Defect(
    name="resource_double_booked",
    summary="a room is booked twice",
    requirements=(
        "SCHEDULING:CAL10-2",
        "SCHEDULING:CAL10-6",
    ),
    apply=apply,
)
