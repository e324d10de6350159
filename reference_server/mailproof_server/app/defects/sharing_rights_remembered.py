"""Rights that were worked out once are kept."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import permissions as module


def apply(_server: Server) -> None:
    original = module._Memory.get
    known: dict[object, object] = {}

    def get(memory, view, key, work_out):
        found = original(memory, view, key, work_out)
        return known.setdefault(key, found) if found else found

    module._Memory.get = get


DEFECT = Defect(
    name="sharing_rights_remembered",
    summary="what was taken away goes on to count",
    requirements=("SHARING:FOLD13-1",),
    apply=apply,
)
