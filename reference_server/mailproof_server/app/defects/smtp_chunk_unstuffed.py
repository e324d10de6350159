"""BDAT text is read like DATA: a dot at the beginning of a line goes.

The sibling of what Angus Mail does as a client (angus-mail issue 209).
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.smtp.commands import bdat as module


def apply(_server: Server) -> None:
    original = module.submit

    async def submit(session, transaction, incoming):
        data = incoming.spool.take()
        incoming.spool.size = 0
        incoming.spool.add(data.replace(b"\r\n.", b"\r\n"))
        return await original(session, transaction, incoming)

    module.submit = submit


DEFECT = Defect(
    name="smtp_chunk_unstuffed",
    summary="dots are taken from chunks",
    requirements=("RFC3030:2-1",),
    apply=apply,
)
