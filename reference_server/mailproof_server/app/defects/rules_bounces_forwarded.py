"""Bounces are forwarded and redirected."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services.rules.message import Message


def apply(_server: Server) -> None:
    Message.is_bounce = property(lambda message: False)  # type: ignore[assignment, method-assign]


DEFECT = Defect(
    name="rules_bounces_forwarded",
    summary="bounces are forwarded and redirected",
    requirements=("RULES:bounces-1", "RULES:bounces-2"),
    apply=apply,
)
