"""A group reaches its users, and the groups in it are passed over."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import resolution as module


def apply(_server: Server) -> None:
    def direct(view, entry, _limits):
        if entry.account_id is not None:
            return (entry,)
        found = [view.entry(each) for each in view.group_members(entry.id)]
        return tuple(each for each in found if each.account_id is not None and each.enabled)

    module._members = direct


DEFECT = Defect(
    name="address_groups_one_level",
    summary="groups in groups are not expanded",
    requirements=("ADDRESSES:CONT06-1",),
    apply=apply,
)
