"""The option is kept and not looked at."""

from dataclasses import replace

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services.calendar import receiving as module


def apply(_server: Server) -> None:
    decide = module.decide

    def any_series(view, events, folder_id, request, options, now):
        return decide(view, events, folder_id, request, replace(options, decline_recurring=False), now)

    module.decide = any_series


DEFECT = Defect(
    name="resource_takes_series",
    summary="a room that declines series accepts them",
    requirements=("SCHEDULING:CAL10-3",),
    apply=apply,
)
