"""A message that is not as long as was declared is refused, though the declaration is an estimate."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.smtp.commands import data as module
from mailproof_server.wire.smtp import replies


def apply(_server: Server) -> None:
    original = module.submit

    async def submit(session, transaction, incoming):
        declared = transaction.mail.size
        if declared is not None and incoming.spool.size > declared:
            return replies.TOO_BIG
        return await original(session, transaction, incoming)

    module.submit = submit


DEFECT = Defect(
    name="smtp_size_is_binding",
    summary="a message above its declared size is refused",
    requirements=("RFC1870:6.3-1",),
    apply=apply,
)
