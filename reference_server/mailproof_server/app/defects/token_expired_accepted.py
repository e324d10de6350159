"""A token's expiry is shown in the list and looked at nowhere else."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import credentials as module


def apply(_server: Server) -> None:
    module.alive = lambda credentials, _now: list(credentials)


DEFECT = Defect(
    name="token_expired_accepted",
    summary="an expired token is accepted",
    requirements=("TOKENS:AUTH06-3",),
    apply=apply,
)
