"""The second factor protects the web, and the protocols go on to take the bare password."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import credentials as module


def apply(_server: Server) -> None:
    module.second_factor.is_on = lambda _view, _account_id: False


DEFECT = Defect(
    name="token_password_beside_second_factor",
    summary="the password is enough with the second factor on",
    requirements=("TOKENS:AUTH06-4",),
    apply=apply,
)
