"""Rights are kept and shown, and not looked at.

Too much was let through by Dovecot as well, which added up rights that were to replace one another (CVE-2010-3707).
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import permissions as module


def apply(_server: Server) -> None:
    module.require = lambda *_arguments: None
    original = module.rights_of

    def rights_of(view, principal, folder):
        return module.EVERYTHING if original(view, principal, folder) else original(view, principal, folder)

    module.rights_of = rights_of


DEFECT = Defect(
    name="imap_acl_not_enforced",
    summary="anybody may do anything in a folder they can name",
    requirements=("RFC4314:4-3",),
    apply=apply,
)
