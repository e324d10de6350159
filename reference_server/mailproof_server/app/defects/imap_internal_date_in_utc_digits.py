"""INTERNALDATE told in UTC with the zone of the client: hours off.

GreenMail was twelve hours off between noon and one (greenmail issue 211).
"""

from datetime import UTC

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap import fetching as module


def apply(_server: Server) -> None:
    original = module.format_date_time

    def shifted(moment):
        return original(moment.astimezone(UTC).replace(tzinfo=moment.tzinfo))

    module.format_date_time = shifted


DEFECT = Defect(
    name="imap_internal_date_in_utc_digits",
    summary="INTERNALDATE is another moment than given",
    requirements=("RFC9051:2.3.3-2", "RFC9051:6.3.12-2"),
    apply=apply,
)
