"""The inbox is a folder like any other."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import permissions as module


def apply(_server: Server) -> None:
    module.SHARED_AS_THEY_ARE = frozenset()


DEFECT = Defect(
    name="sharing_inbox_needs_root",
    summary="the inbox shows with a visible root only",
    requirements=("SHARING:FOLD08-1",),
    apply=apply,
)
