"""The end of one meeting counts as part of it."""

from datetime import timedelta

import msgspec

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services.calendar import resources as module


def apply(_server: Server) -> None:
    is_taken = module.is_taken

    def with_its_end(view, events, folder_id, request, now):
        longer = msgspec.structs.replace(request, ends_at=request.ends_at + timedelta(seconds=1))
        return is_taken(view, events, folder_id, longer, now)

    module.is_taken = with_its_end


DEFECT = Defect(
    name="resource_touching_ends_conflict",
    summary="meetings one after the other conflict",
    requirements=("SCHEDULING:CAL10-2",),
    apply=apply,
)
