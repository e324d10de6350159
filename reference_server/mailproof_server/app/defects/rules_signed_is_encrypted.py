"""An encrypted message counts as signed."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services.rules import rule as module
from mailproof_server.services.rules.condition import Condition, Test


def _read(_value: object) -> Test:
    return lambda arrival: arrival.message.is_signed or arrival.message.is_encrypted


def apply(_server: Server) -> None:
    module.CONDITIONS["IsSigned"] = Condition("IsSigned", _read)


DEFECT = Defect(
    name="rules_signed_is_encrypted",
    summary="an encrypted message counts as signed",
    requirements=("RULES:conditions.IsSigned-1",),
    apply=apply,
)
