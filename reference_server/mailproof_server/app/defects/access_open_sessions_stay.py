"""A rule keeps out who comes later, and leaves who is in."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import access_rules as module


def apply(_server: Server) -> None:
    module._may_stay = lambda _known, _connection: True


DEFECT = Defect(
    name="access_open_sessions_stay",
    summary="access rules end no open session",
    requirements=("TOKENS:ACCESS-5",),
    apply=apply,
)
