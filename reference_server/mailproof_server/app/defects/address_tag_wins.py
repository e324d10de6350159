"""Everything behind a plus sign is cut before anybody looks whether that is somebody's name."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import resolution as module


def apply(_server: Server) -> None:
    entry = module._entry

    def cut_first(view, wanted):
        found = None if wanted.base is None else view.entry_by_address(wanted.base)
        return entry(view, wanted) if found is None else found

    module._entry = cut_first


DEFECT = Defect(
    name="address_tag_wins",
    summary="a sub-address wins over a mailbox of that very name",
    requirements=("ADDRESSES:ADDR05-1",),
    apply=apply,
)
