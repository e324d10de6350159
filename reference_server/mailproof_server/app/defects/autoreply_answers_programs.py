"""Addresses of programs are answered."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import autoreply as module


def apply(_server: Server) -> None:
    module.REASONS = tuple(each for each in module.REASONS if each[0] != "its sender is a program")


DEFECT = Defect(
    name="autoreply_answers_programs",
    summary="addresses of programs are answered",
    requirements=("RFC3834:2-4", "AUTO-REPLY:whom-6"),
    apply=apply,
)
