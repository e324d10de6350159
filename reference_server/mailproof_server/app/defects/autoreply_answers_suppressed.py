"""Mail that wants no answer is answered."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import autoreply as module


def apply(_server: Server) -> None:
    module.REASONS = tuple(each for each in module.REASONS if each[0] != "its sender wants none")


DEFECT = Defect(
    name="autoreply_answers_suppressed",
    summary="mail that wants no answer is answered",
    requirements=("AUTO-REPLY:whom-3",),
    apply=apply,
)
