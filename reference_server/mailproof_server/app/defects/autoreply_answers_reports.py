"""Reports and receipts are answered."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import autoreply as module


def apply(_server: Server) -> None:
    module.REASONS = tuple(each for each in module.REASONS if each[0] != "it is a report")


DEFECT = Defect(
    name="autoreply_answers_reports",
    summary="reports and receipts are answered",
    requirements=("AUTO-REPLY:whom-4",),
    apply=apply,
)
