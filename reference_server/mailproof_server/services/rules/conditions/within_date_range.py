"""WithinDateRange: received from StartDateTime on and not after EndDateTime; either may be left out."""

from datetime import datetime

from mailproof_server.model.errors import Invalid
from mailproof_server.services.rules.condition import Condition, Test, table

NAME = "WithinDateRange"


def _read(value: object) -> Test:
    given = table(NAME, value, ("StartDateTime", "EndDateTime"))
    start, end = (_moment(given[key]) if key in given else None for key in ("StartDateTime", "EndDateTime"))
    if start is not None and end is not None and end < start:
        raise Invalid(f"{NAME} ends before it begins")
    return lambda arrival: (start is None or start <= arrival.at) and (end is None or arrival.at <= end)


def _moment(value: object) -> datetime:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Invalid(f"{NAME}: a moment is given like 2026-03-02T09:30:00Z")
    return moment


CONDITION = Condition(NAME, _read)
