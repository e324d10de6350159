"""Disabling stops the mail and not the sign-in."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import credentials as module


def apply(_server: Server) -> None:
    module._who = lambda view, login: view.entry_by_address(login)


DEFECT = Defect(
    name="token_disabled_user_signs_in",
    summary="a disabled user signs in",
    requirements=("TOKENS:USERS-1",),
    apply=apply,
)
