"""Mailboxes that a user may not see are listed all the same."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.model.permission import Right
from mailproof_server.services import folders as module


def apply(_server: Server) -> None:
    original = module.rights_of
    module.rights_of = lambda view, principal, folder: original(view, principal, folder) | Right.FOLDER_VISIBLE


DEFECT = Defect(
    name="imap_acl_hidden_listed",
    summary="a mailbox is listed without the right l",
    requirements=("RFC4314:4-1",),
    apply=apply,
)
