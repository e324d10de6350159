"""Mail of lists is answered."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import autoreply as module


def apply(_server: Server) -> None:
    module.REASONS = tuple(each for each in module.REASONS if each[0] != "it comes from a list")


DEFECT = Defect(
    name="autoreply_answers_lists",
    summary="mail of lists is answered",
    requirements=("AUTO-REPLY:whom-1", "RFC5230:4.6-2"),
    apply=apply,
)
