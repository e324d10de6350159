"""Requests go to the owner, whatever the owner has chosen."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services.calendar import receiving as module
from mailproof_server.services.delegates import MeetingRoute


def apply(_server: Server) -> None:
    module.meeting_route = lambda _view, _owner: MeetingRoute(to_owner=True, is_information=False)


DEFECT = Defect(
    name="calendar_delegates_forgotten",
    summary="delegates get no copies of meeting requests",
    requirements=("SCHEDULING:DELE06-1",),
    apply=apply,
)
