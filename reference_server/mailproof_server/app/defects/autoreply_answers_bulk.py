"""Mail with a low Precedence is answered."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import autoreply as module


def apply(_server: Server) -> None:
    module.REASONS = tuple(each for each in module.REASONS if each[0] != "its precedence is low")


DEFECT = Defect(
    name="autoreply_answers_bulk",
    summary="mail with a low Precedence is answered",
    requirements=("AUTO-REPLY:whom-2",),
    apply=apply,
)
