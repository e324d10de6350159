"""A grant is read in both directions."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import delegation as module


def apply(_server: Server) -> None:
    original = module._held

    def held(view, principal, owner):
        back = {permission for grantee, permission in view.account_grants(principal.account_id) if grantee == owner.id}
        return original(view, principal, owner) | back

    module._held = held


DEFECT = Defect(
    name="delegation_grant_is_mutual",
    summary="the owner may write as the grantee",
    requirements=("DELEGATION:DELE04-6",),
    apply=apply,
)
