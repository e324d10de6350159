"""A message is only to me although Cc names others."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services.rules import rule as module
from mailproof_server.services.rules.condition import Condition, Test
from mailproof_server.services.rules.message import is_address_of


def _read(_value: object) -> Test:
    return lambda arrival: (
        bool(arrival.message.to) and all(is_address_of(arrival.owner, each) for each in arrival.message.to)
    )


def apply(_server: Server) -> None:
    module.CONDITIONS["SentOnlyToMe"] = Condition("SentOnlyToMe", _read)


DEFECT = Defect(
    name="rules_only_me_without_cc",
    summary="a message is only to me although Cc names others",
    requirements=("RULES:conditions.SentOnlyToMe-1",),
    apply=apply,
)
