"""The default rule allows everything, and so no other one ever keeps anybody out."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import access_rules as module


def apply(_server: Server) -> None:
    decide = module.decide

    def lenient(known, visit):
        decision = decide(known, visit)
        allows = any(known[name].effect is module.Effect.ALLOW for name in decision.matched)
        return module.Decision(module.Effect.ALLOW, decision.matched) if allows else decision

    module.decide = lenient


DEFECT = Defect(
    name="access_allow_wins",
    summary="a rule that allows outweighs one that denies",
    requirements=(
        "TOKENS:ACCESS-1",
        "TOKENS:ACCESS-3",
    ),
    apply=apply,
)
