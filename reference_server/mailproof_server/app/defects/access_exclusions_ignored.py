"""Criteria such as NotActions and NotUsers are kept, shown, and looked at nowhere."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import access_rules as module


def apply(_server: Server) -> None:
    module._takes_in = lambda value, named, _left_out: not named or value in named


DEFECT = Defect(
    name="access_exclusions_ignored",
    summary="what a rule leaves out is not left out",
    requirements=("TOKENS:ACCESS-2",),
    apply=apply,
)
