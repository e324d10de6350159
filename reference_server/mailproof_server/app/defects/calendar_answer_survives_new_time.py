"""Who has accepted the old time is taken to come at the new one."""

import msgspec

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services.calendar import itip as module


def apply(_server: Server) -> None:
    updated = module.updated

    def kept(known, request):
        after = updated(known, request)
        if after is None:
            return None
        return msgspec.structs.replace(after, my_response=known.my_response, busy_status=known.busy_status)

    module.updated = kept


DEFECT = Defect(
    name="calendar_answer_survives_new_time",
    summary="the answer survives a new time",
    requirements=("SCHEDULING:CAL04-1",),
    apply=apply,
)
