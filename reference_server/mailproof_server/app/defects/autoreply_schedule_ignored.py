"""A schedule is on before it begins and after it ends."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import autoreply as module


def apply(_server: Server) -> None:
    module.ReplySettings.is_on = lambda self, now: self.state != "disabled"  # type: ignore[method-assign]


DEFECT = Defect(
    name="autoreply_schedule_ignored",
    summary="a schedule is on before it begins and after it ends",
    requirements=("AUTO-REPLY:when-2",),
    apply=apply,
)
