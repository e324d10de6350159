"""Who sends an answer is not compared with the attendee that it names."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services.calendar import receiving as module


def apply(_server: Server) -> None:
    module._One._is_from = lambda _self, _who, _sent_by: True


DEFECT = Defect(
    name="calendar_reply_by_anybody",
    summary="anybody answers for an attendee",
    requirements=("SCHEDULING:CAL03-9",),
    apply=apply,
)
