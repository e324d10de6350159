"""It is marked, and still shows as busy."""

import msgspec

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services.calendar import itip as module


def apply(_server: Server) -> None:
    cancelled = module.cancelled

    def busy(known, notice):
        after = cancelled(known, notice)
        return None if after is None else msgspec.structs.replace(after, busy_status=known.busy_status)

    module.cancelled = busy


DEFECT = Defect(
    name="calendar_cancelled_stays_busy",
    summary="a cancelled meeting goes on to take time",
    requirements=("SCHEDULING:CAL06-1",),
    apply=apply,
)
