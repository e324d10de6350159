"""A permission that was found once is not looked up again."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import submission as module


def apply(_server: Server) -> None:
    original = module.send_right
    known = {}

    def send_right(view, principal, address, via):
        key = (principal.id, str(address))
        if key not in known:
            known[key] = original(view, principal, address, via)
        return known[key]

    module.send_right = send_right


DEFECT = Defect(
    name="delegation_grants_remembered",
    summary="a grant that was taken back goes on to count",
    requirements=("DELEGATION:DELE04-5",),
    apply=apply,
)
