"""Whoever may do everything in a mailbox may send from it as well."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.model.permission import AccountPermission
from mailproof_server.services import delegation as module


def apply(_server: Server) -> None:
    original = module._held

    def held(view, principal, owner):
        found = original(view, principal, owner)
        return found | {AccountPermission.SEND_AS} if AccountPermission.FULL_ACCESS in found else found

    module._held = held


DEFECT = Defect(
    name="delegation_full_access_sends",
    summary="full access includes sending",
    requirements=("DELEGATION:DELE04-4",),
    apply=apply,
)
