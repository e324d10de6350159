"""DATA is taken after BDAT in one transaction, and only its text is delivered."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.smtp.commands import data as module


def apply(_server: Server) -> None:
    original = module._why_not

    def why_not(session, line):
        if session.transaction is not None:
            session.transaction.chunks = None
        return original(session, line)

    module._why_not = why_not


DEFECT = Defect(
    name="smtp_chunks_then_data",
    summary="DATA follows BDAT",
    requirements=("RFC3030:2-3",),
    apply=apply,
)
