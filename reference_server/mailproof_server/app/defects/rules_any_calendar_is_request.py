"""An answer to an invitation counts as an invitation."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services.rules import rule as module
from mailproof_server.services.rules.condition import Condition, Test


def _read(_value: object) -> Test:
    return lambda arrival: bool(arrival.message.calendar_method)


def apply(_server: Server) -> None:
    module.CONDITIONS["IsMeetingRequest"] = Condition("IsMeetingRequest", _read)


DEFECT = Defect(
    name="rules_any_calendar_is_request",
    summary="an answer to an invitation counts as an invitation",
    requirements=("RULES:conditions.IsMeetingRequest-1",),
    apply=apply,
)
