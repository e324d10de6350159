"""The octets of a refused chunk are read as commands.

go-smtp does so (go-smtp issue 315): whoever writes the message writes commands.
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.smtp.commands import bdat as module


def apply(_server: Server) -> None:
    original = module.read_chunk

    async def read_chunk(session, size, incoming):
        if incoming is not None:
            await original(session, size, incoming)

    module.read_chunk = read_chunk


DEFECT = Defect(
    name="smtp_refused_chunk_obeyed",
    summary="a refused chunk is run as commands",
    requirements=("RFC3030:2-5", "RFC3030:2-6"),
    apply=apply,
)
