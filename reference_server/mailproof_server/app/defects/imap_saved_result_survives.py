"""$ still stands for the old result after another mailbox was selected: commands hit messages that nobody meant."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap import selecting as module


def apply(_server: Server) -> None:
    original = module._describe

    async def describe(session, selected, opened, name):
        selected.saved = list(opened.uids)
        await original(session, selected, opened, name)

    module._describe = describe


DEFECT = Defect(
    name="imap_saved_result_survives",
    summary="$ is not empty after SELECT",
    requirements=("RFC5182:2.1-2",),
    apply=apply,
)
