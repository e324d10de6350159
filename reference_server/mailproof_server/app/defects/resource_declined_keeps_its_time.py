"""Its calendar goes on to show a meeting that it does not come to."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services.calendar import receiving as module


def apply(_server: Server) -> None:
    module._One._free = lambda _self, _request, _known: None


DEFECT = Defect(
    name="resource_declined_keeps_its_time",
    summary="a room that declines an update keeps the old time",
    requirements=("SCHEDULING:CAL10-5",),
    apply=apply,
)
