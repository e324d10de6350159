"""The list of tokens never tells when one was used."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import replace_method


def apply(server: Server) -> None:
    async def touch(_token):
        return None

    replace_method(server.services.credentials, "_touch", lambda _original: touch)


DEFECT = Defect(
    name="token_use_not_noted",
    summary="the last use of a token is not noted",
    requirements=("TOKENS:AUTH05-4",),
    apply=apply,
)
