"""Any of the rights to change flags allows for all flags: reading somebody's mail marks it as read for them."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import messages as module


def apply(_server: Server) -> None:
    module.permitted = lambda flags, _rights: flags
    module.FLAG_RIGHTS = module.FLAG_RIGHTS | module.Right.READ_ANY


DEFECT = Defect(
    name="imap_acl_flags_unchecked",
    summary="flags are changed without their rights",
    requirements=("RFC4314:4-10", "RFC4314:4-11"),
    apply=apply,
)
