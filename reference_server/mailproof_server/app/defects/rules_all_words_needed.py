"""All texts of a condition must occur, not one of them."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services.rules import rule as module
from mailproof_server.services.rules.condition import Condition, Test, strings
from mailproof_server.services.rules.message import plain


def _read(value: object) -> Test:
    needles = [plain(each) for each in strings("ContainsSubjectStrings", value)]
    return lambda arrival: all(each in arrival.message.subject for each in needles)


def apply(_server: Server) -> None:
    module.CONDITIONS["ContainsSubjectStrings"] = Condition("ContainsSubjectStrings", _read)


DEFECT = Defect(
    name="rules_all_words_needed",
    summary="all texts of a condition must occur, not one of them",
    requirements=("RULES:conditions.ContainsSubjectStrings-1", "RULES:conditions-1"),
    apply=apply,
)
