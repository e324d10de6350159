"""The last chunk is answered 250 before the message is looked at, and then the message is answered.

SubEthaSMTP did so (davidmoten/subethasmtp issue 75).
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.smtp.commands import bdat as module
from mailproof_server.wire.smtp.reply import Reply


def apply(_server: Server) -> None:
    original = module.submit

    async def submit(session, transaction, incoming):
        session.stream.write(Reply(250, "2.0.0", "Message received").encoded)
        return await original(session, transaction, incoming)

    module.submit = submit


DEFECT = Defect(
    name="smtp_chunk_answered_twice",
    summary="the last chunk gets two replies",
    requirements=("RFC5321:4.2-52", "RFC3030:2-1"),
    apply=apply,
)
