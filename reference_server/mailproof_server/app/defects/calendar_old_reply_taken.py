"""Neither SEQUENCE nor DTSTAMP of an answer is looked at."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services.calendar import itip as module


def apply(_server: Server) -> None:
    answered = module.answered

    def any_answer(organised, who, answer, sequence, _stamped_at):
        return answered(organised, who, answer, max(sequence, organised.sequence), None)

    module.answered = any_answer


DEFECT = Defect(
    name="calendar_old_reply_taken",
    summary="an answer to an older request counts",
    requirements=("SCHEDULING:CAL03-8",),
    apply=apply,
)
