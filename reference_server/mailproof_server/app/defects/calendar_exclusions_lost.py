"""EXDATE is read and forgotten."""

import msgspec

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services.calendar import imip as module


def apply(_server: Server) -> None:
    event_of = module.event_of
    module.event_of = lambda parts, zone="UTC": msgspec.structs.replace(event_of(parts, zone), deleted=())


DEFECT = Defect(
    name="calendar_exclusions_lost",
    summary="excluded dates of a series come back",
    requirements=("SCHEDULING:CAL01-2",),
    apply=apply,
)
