"""A rule that could not be carried out shows nothing."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import intake as module


def _record(*_arguments: object) -> None:
    """Nothing."""


def apply(_server: Server) -> None:
    module.record_problems = _record  # type: ignore[attr-defined]


DEFECT = Defect(
    name="rules_errors_hidden",
    summary="a rule that could not be carried out shows nothing",
    requirements=("RULES:errors-2",),
    apply=apply,
)
