"""A condition on recipients looks at the owner of the copy, so Bcc matches."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services.rules import rule as module
from mailproof_server.services.rules.condition import Condition, Test, addresses


def _read(value: object) -> Test:
    wanted = addresses("SentToAddresses", value)
    return lambda arrival: not wanted.isdisjoint(arrival.message.recipients_and_bases | {arrival.owner.address})


def apply(_server: Server) -> None:
    module.CONDITIONS["SentToAddresses"] = Condition("SentToAddresses", _read)


DEFECT = Defect(
    name="rules_bcc_matches",
    summary="a condition on recipients looks at the owner of the copy, so Bcc matches",
    requirements=("RULES:conditions.SentToAddresses-1", "RULES:bcc-1"),
    apply=apply,
)
