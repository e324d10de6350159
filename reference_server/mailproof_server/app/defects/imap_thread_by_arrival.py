"""Siblings of a thread are in the order of the mailbox, not of their dates."""

from datetime import UTC, datetime

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import threads as module

_ONE_FOR_ALL = datetime(2000, 1, 1, tzinfo=UTC)


def apply(_server: Server) -> None:
    module._order = lambda row: (_ONE_FOR_ALL, row.uid)


DEFECT = Defect(
    name="imap_thread_by_arrival",
    summary="threads are ordered by arrival",
    requirements=("RFC5256:3-14", "RFC5256:3-10"),
    apply=apply,
)
