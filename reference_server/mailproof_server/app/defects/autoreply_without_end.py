"""A schedule has no end."""

from datetime import datetime

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import autoreply as module


def _is_on(self: module.ReplySettings, now: datetime) -> bool:
    if self.state == "scheduled" and self.start is not None:
        return self.start <= now
    return self.state == "enabled"


def apply(_server: Server) -> None:
    module.ReplySettings.is_on = _is_on  # type: ignore[method-assign]


DEFECT = Defect(
    name="autoreply_without_end",
    summary="a schedule has no end",
    requirements=("AUTO-REPLY:when-2",),
    apply=apply,
)
