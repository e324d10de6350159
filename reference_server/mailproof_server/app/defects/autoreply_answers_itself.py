"""The owner's own mail is answered."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import autoreply as module


def apply(_server: Server) -> None:
    module.REASONS = tuple(each for each in module.REASONS if each[0] != "the owner wrote it")


DEFECT = Defect(
    name="autoreply_answers_itself",
    summary="the owner's own mail is answered",
    requirements=("AUTO-REPLY:whom-7",),
    apply=apply,
)
