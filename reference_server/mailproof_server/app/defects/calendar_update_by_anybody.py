"""Who sends an update is not compared with the organiser."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services.calendar import receiving as module


def apply(_server: Server) -> None:
    module._One._is_from_organizer = lambda _self, _event: True


DEFECT = Defect(
    name="calendar_update_by_anybody",
    summary="anybody changes and cancels meetings",
    requirements=("SCHEDULING:CAL04-4",),
    apply=apply,
)
