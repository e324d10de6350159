"""COPY does not look at the quota, which APPEND does: a full mailbox grows for ever."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import messages as module


def apply(_server: Server) -> None:
    module._require_room_for = lambda _view, _source, _ranges, _target: None


DEFECT = Defect(
    name="imap_quota_ignored_by_copy",
    summary="COPY ignores the quota",
    requirements=("RFC9208:4.3.1-1",),
    apply=apply,
)
