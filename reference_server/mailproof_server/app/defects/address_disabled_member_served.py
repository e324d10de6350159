"""Who is disabled is refused by address, and reached through groups."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import resolution as module


def apply(_server: Server) -> None:
    members = module._members

    def everybody(view, entry, limits):
        found = {each.id: each for each in members(view, entry, limits)}
        if entry.account_id is None:
            direct = [view.entry(each) for each in view.group_members(entry.id)]
            found |= {each.id: each for each in direct if each.account_id is not None}
        return tuple(sorted(found.values(), key=lambda each: each.address))

    module._members = everybody


DEFECT = Defect(
    name="address_disabled_member_served",
    summary="disabled members of groups go on to get mail",
    requirements=("ADDRESSES:CONT06-4",),
    apply=apply,
)
