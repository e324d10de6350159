"""The notice does not say that a program wrote it, so that absent people answer it."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import submission as module


def apply(_server: Server) -> None:
    original = module.notice

    def notice(*arguments):
        return original(*arguments).replace(b"Auto-Submitted: auto-generated\r\n", b"")

    module.notice = notice


DEFECT = Defect(
    name="delegation_notice_looks_human",
    summary="the notice has no Auto-Submitted",
    requirements=("DELEGATION:DELE04-9",),
    apply=apply,
)
