"""NOTIFY=NEVER beside other words is taken."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.wire.smtp import parameters as module


def apply(_server: Server) -> None:
    module._notify = lambda value: frozenset((value or "").upper().split(","))


DEFECT = Defect(
    name="smtp_dsn_never_with_others",
    summary="NOTIFY takes anything",
    requirements=("RFC3461:4.1-2",),
    apply=apply,
)
