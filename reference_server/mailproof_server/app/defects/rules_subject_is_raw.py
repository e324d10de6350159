"""A condition on the subject looks at its encoded form."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services.rules import rule as module
from mailproof_server.services.rules.condition import Condition, Test, strings
from mailproof_server.services.rules.message import Arrival, plain
from mailproof_server.wire.mime.headers import fields


def _read(value: object) -> Test:
    needles = [plain(each) for each in strings("ContainsSubjectStrings", value)]

    def test(arrival: Arrival) -> bool:
        message = arrival.message
        found = [each for each in fields(message.content.data, 0, message.root.body_start) if each.name == b"subject"]
        subjects = [plain(each.value(message.content.data).decode("latin-1")) for each in found]
        return any(needle in each for needle in needles for each in subjects)

    return test


def apply(_server: Server) -> None:
    module.CONDITIONS["ContainsSubjectStrings"] = Condition("ContainsSubjectStrings", _read)


DEFECT = Defect(
    name="rules_subject_is_raw",
    summary="a condition on the subject looks at its encoded form",
    requirements=("RULES:conditions.ContainsSubjectStrings-1",),
    apply=apply,
)
