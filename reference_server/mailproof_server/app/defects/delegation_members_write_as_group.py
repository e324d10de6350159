"""Whoever is in a group may write in its name."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.model.permission import AccountPermission
from mailproof_server.services import delegation as module


def apply(_server: Server) -> None:
    original = module._held

    def held(view, principal, owner):
        is_member = owner.id in view.groups_of(principal.id)
        return original(view, principal, owner) | ({AccountPermission.SEND_AS} if is_member else set())

    module._held = held


DEFECT = Defect(
    name="delegation_members_write_as_group",
    summary="membership counts as send as",
    requirements=("DELEGATION:DELE04-6",),
    apply=apply,
)
