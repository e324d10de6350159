"""Automatic mail is answered."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import autoreply as module


def apply(_server: Server) -> None:
    module.REASONS = tuple(each for each in module.REASONS if each[0] != "it is automatic itself")


DEFECT = Defect(
    name="autoreply_answers_automatic",
    summary="automatic mail is answered",
    requirements=("RFC3834:2-1", "RFC5230:4.6-1"),
    apply=apply,
)
