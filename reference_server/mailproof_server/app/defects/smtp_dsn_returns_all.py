"""A report of success sends the whole message back."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import bounces as module


def apply(_server: Server) -> None:
    module._returned = lambda _envelope, data, _worst: (data, True)


DEFECT = Defect(
    name="smtp_dsn_returns_all",
    summary="a report without failure returns the message",
    requirements=("RFC3461:4.3-3",),
    apply=apply,
)
