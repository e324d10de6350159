"""Mail that does not name the owner is answered."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import autoreply as module


def apply(_server: Server) -> None:
    module.REASONS = tuple(each for each in module.REASONS if each[0] != "the owner is not named in it")


DEFECT = Defect(
    name="autoreply_answers_blind_copies",
    summary="mail that does not name the owner is answered",
    requirements=("RFC3834:2-3", "RFC5230:4.5-1"),
    apply=apply,
)
