"""Messages without the field that is sorted by come last, where the empty string comes first."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.wire.mime import digest as module


def apply(_server: Server) -> None:
    original = module._sort_mailbox
    module._sort_mailbox = lambda entries: original(entries) or "\U0010ffff"


DEFECT = Defect(
    name="imap_sort_missing_last",
    summary="a missing field sorts last",
    requirements=("RFC5256:3-4",),
    apply=apply,
)
