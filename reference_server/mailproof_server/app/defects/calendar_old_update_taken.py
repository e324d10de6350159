"""Whatever comes last is taken for the newest."""

import msgspec

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services.calendar import itip as module


def apply(_server: Server) -> None:
    updated = module.updated

    def last_wins(known, request):
        return updated(msgspec.structs.replace(known, sequence=-1, stamped_at=None), request)

    module.updated = last_wins


DEFECT = Defect(
    name="calendar_old_update_taken",
    summary="an older request overwrites a newer one",
    requirements=("SCHEDULING:CAL04-3",),
    apply=apply,
)
