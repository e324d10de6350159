"""The tag of a sub-address is taken off login names as well: names that hold a plus sign are locked out."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import credentials as module


def apply(_server: Server) -> None:
    who = module._who

    def cut(view, login):
        local, _, domain = login.partition("@")
        return who(view, f"{local.partition('+')[0]}@{domain}")

    module._who = cut


DEFECT = Defect(
    name="token_login_loses_tag",
    summary="the login name is cut at its plus sign",
    requirements=("TOKENS:AUTH07-1",),
    apply=apply,
)
