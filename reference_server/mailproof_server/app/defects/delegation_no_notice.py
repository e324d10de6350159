"""Who sends without permission is told by SMTP alone."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import replace_method


def apply(server: Server) -> None:
    async def tell_denied(_principal, _head, _refusal):
        return None

    replace_method(server.services.submission, "_tell_denied", lambda _original: tell_denied)


DEFECT = Defect(
    name="delegation_no_notice",
    summary="no notice arrives in the own inbox",
    requirements=("DELEGATION:DELE04-2",),
    apply=apply,
)
