"""The meeting stands in its calendar, and the organiser waits."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services.calendar import receiving as module


def apply(_server: Server) -> None:
    module._One._answer = lambda _self, _request, _response, _reason: None


DEFECT = Defect(
    name="resource_answers_nobody",
    summary="a room books and tells nobody",
    requirements=("SCHEDULING:CAL10-1",),
    apply=apply,
)
