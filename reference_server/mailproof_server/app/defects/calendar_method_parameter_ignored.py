"""Two readers of one message see two different things in it."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services.calendar import imip as module


def apply(_server: Server) -> None:
    calendar_message = module.calendar_message
    module.calendar_message = lambda octets, _method, limits: calendar_message(octets, "", limits)


DEFECT = Defect(
    name="calendar_method_parameter_ignored",
    summary="the method parameter need not be METHOD",
    requirements=("SCHEDULING:CAL03-4",),
    apply=apply,
)
