"""A message with two forms of its text counts as one with attachments."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services.rules import rule as module
from mailproof_server.services.rules.condition import Condition, Test


def _read(_value: object) -> Test:
    return lambda arrival: len(arrival.message.parts) > 1


def apply(_server: Server) -> None:
    module.CONDITIONS["HasAttachments"] = Condition("HasAttachments", _read)


DEFECT = Defect(
    name="rules_alternatives_are_attachments",
    summary="a message with two forms of its text counts as one with attachments",
    requirements=("RULES:conditions.HasAttachments-1",),
    apply=apply,
)
