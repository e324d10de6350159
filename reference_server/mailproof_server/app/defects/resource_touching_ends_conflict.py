"""The end of one meeting counts as part of it."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services.calendar import resources as module


def apply(_server: Server) -> None:
    def touching(some, others):
        return any(start <= end and begin <= stop for start, stop in some for begin, end in others)

    module._any_overlap = touching


DEFECT = Defect(
    name="resource_touching_ends_conflict",
    summary="meetings one after the other conflict",
    requirements=("SCHEDULING:CAL10-2",),
    apply=apply,
)
