"""Whoever asks about nobody gets the own settings."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._autodiscover import autodiscover
from mailproof_server.app.defects._patching import replace_method
from mailproof_server.model.errors import Refusal


def apply(server: Server) -> None:
    def make(original):
        async def facts(principal, asked):
            try:
                return await original(principal, asked)
            except Refusal:
                return await original(principal, principal.address)

        return facts

    replace_method(autodiscover(server).lookup, "facts", make)


DEFECT = Defect(
    name="autodiscover_answers_for_nobody",
    summary="whoever asks about nobody gets the own settings",
    requirements=("MS-OXDSCLI:3.2.5-10",),
    apply=apply,
)
