"""A rule about one network is applied to everybody."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import access_rules as module


def apply(_server: Server) -> None:
    module._lies_in = lambda _address, _ranges: True


DEFECT = Defect(
    name="access_ranges_ignored",
    summary="address ranges of access rules count for nothing",
    requirements=("TOKENS:ACCESS-2",),
    apply=apply,
)
