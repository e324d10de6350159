"""A condition on words minds the case of letters."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services.rules import rule as module
from mailproof_server.services.rules.condition import Condition, Test, strings


def _read(value: object) -> Test:
    needles = strings("ContainsSubjectStrings", value)
    return lambda arrival: any(each in arrival.message.content.subject for each in needles)


def apply(_server: Server) -> None:
    module.CONDITIONS["ContainsSubjectStrings"] = Condition("ContainsSubjectStrings", _read)


DEFECT = Defect(
    name="rules_case_sensitive",
    summary="a condition on words minds the case of letters",
    requirements=("RULES:conditions.ContainsSubjectStrings-1",),
    apply=apply,
)
