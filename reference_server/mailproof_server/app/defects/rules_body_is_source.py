"""A condition on the body looks at its source, markup and encoding included."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services.rules import rule as module
from mailproof_server.services.rules.condition import Condition, Test, strings
from mailproof_server.services.rules.message import Arrival, plain


def _read(value: object) -> Test:
    needles = [plain(each) for each in strings("ContainsBodyStrings", value)]

    def test(arrival: Arrival) -> bool:
        message = arrival.message
        source = plain(message.content.data[message.root.body_start :].decode("latin-1"))
        return any(each in source for each in needles)

    return test


def apply(_server: Server) -> None:
    module.CONDITIONS["ContainsBodyStrings"] = Condition("ContainsBodyStrings", _read)


DEFECT = Defect(
    name="rules_body_is_source",
    summary="a condition on the body looks at its source, markup and encoding included",
    requirements=("RULES:conditions.ContainsBodyStrings-1",),
    apply=apply,
)
