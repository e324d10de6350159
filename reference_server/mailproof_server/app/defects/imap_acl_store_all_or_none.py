"""STORE fails when one of its flags is not allowed, and leaves out those that are."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.model.errors import PermissionDenied
from mailproof_server.services import messages as module


def apply(_server: Server) -> None:
    original = module.permitted

    def permitted(flags, rights):
        allowed = original(flags, rights)
        if allowed != flags:
            raise PermissionDenied("Permission denied")
        return allowed

    module.permitted = permitted


DEFECT = Defect(
    name="imap_acl_store_all_or_none",
    summary="STORE fails for one flag that is not allowed",
    requirements=("RFC4314:4-12", "RFC4314:4-8"),
    apply=apply,
)
