"""SINCE, ON and BEFORE look at the day in UTC, not at the day that INTERNALDATE shows.

Seen in the field: a message of INTERNALDATE 27-Dec that ON 28-Dec finds
(moralmunky/Home-Assistant-Mail-And-Packages issue 315).
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.model.query import DateField
from mailproof_server.store.sqlite import search_sql as module


def apply(_server: Server) -> None:
    for columns in (value for value in vars(module).values() if isinstance(value, dict)):
        if isinstance(columns.get(DateField.RECEIVED), str) and "received_zone_s" in columns[DateField.RECEIVED]:
            columns[DateField.RECEIVED] = "i.received_at"


DEFECT = Defect(
    name="imap_search_day_in_utc",
    summary="days are compared in UTC",
    requirements=("RFC9051:6.4.4-9",),
    apply=apply,
)
