"""SORT DATE by the clock on the sender's wall, without its zone."""

from datetime import UTC

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.wire.mime import digest as module


def apply(_server: Server) -> None:
    original = module.parse_date

    def parse_date(value):
        found = original(value)
        return None if found is None else found.replace(tzinfo=UTC)

    module.parse_date = parse_date


DEFECT = Defect(
    name="imap_sort_local_time",
    summary="the zone of Date is ignored",
    requirements=("RFC5256:2.2-1",),
    apply=apply,
)
