"""A rule sends on what it has sent on before."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services.rules.actions import _sending as module


def apply(_server: Server) -> None:
    module.is_address_of = lambda entry, address: False  # type: ignore[attr-defined]


DEFECT = Defect(
    name="rules_loops_unnoticed",
    summary="a rule sends on what it has sent on before",
    requirements=("RULES:loops-1", "RULES:loops-2", "RULES:loops-5"),
    apply=apply,
)
