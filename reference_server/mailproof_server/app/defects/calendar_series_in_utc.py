"""After the change of the clock every meeting is an hour off."""

import msgspec

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services.calendar import imip as module


def apply(_server: Server) -> None:
    event_of = module.event_of
    module.event_of = lambda parts, zone="UTC": msgspec.structs.replace(event_of(parts, zone), time_zone="UTC")


DEFECT = Defect(
    name="calendar_series_in_utc",
    summary="series are counted in UTC",
    requirements=("SCHEDULING:CAL01-1",),
    apply=apply,
)
