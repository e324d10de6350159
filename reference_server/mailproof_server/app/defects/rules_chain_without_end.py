"""A message is sent on by any number of rules."""

import msgspec

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect


def apply(server: Server) -> None:
    intake = server.services.delivery._intake
    intake._limits = msgspec.structs.replace(intake._limits, rule_hops=1000)


DEFECT = Defect(
    name="rules_chain_without_end",
    summary="a message is sent on by any number of rules",
    requirements=("RULES:loops-3",),
    apply=apply,
)
