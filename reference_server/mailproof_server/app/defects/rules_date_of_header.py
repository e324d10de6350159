"""A range of dates is compared with the Date field, which the sender wrote."""

from datetime import UTC
from email.utils import parsedate_to_datetime

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services.rules import rule as module
from mailproof_server.services.rules.condition import Condition, Test
from mailproof_server.services.rules.conditions import within_date_range
from mailproof_server.services.rules.message import Arrival


def _read(value: object) -> Test:
    test = within_date_range.CONDITION.read(value)

    def of_header(arrival: Arrival) -> bool:
        try:
            at = parsedate_to_datetime(arrival.message.value(b"date"))
        except ValueError:
            return False
        return test(Arrival(arrival.message, arrival.owner, at if at.tzinfo else at.replace(tzinfo=UTC)))

    return of_header


def apply(_server: Server) -> None:
    module.CONDITIONS["WithinDateRange"] = Condition("WithinDateRange", _read)


DEFECT = Defect(
    name="rules_date_of_header",
    summary="a range of dates is compared with the Date field, which the sender wrote",
    requirements=("RULES:conditions.WithinDateRange-1",),
    apply=apply,
)
