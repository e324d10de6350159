"""A continuation request for a non-synchronising literal: it is taken for the answer to something else."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap.session import CONTINUE, Session


def apply(_server: Server) -> None:
    original = Session._announced

    async def announced(self, event):
        await original(self, event)
        if not event.synchronising:
            self.write(CONTINUE)

    Session._announced = announced


DEFECT = Defect(
    name="imap_literal_plus_answered",
    summary="a + is sent for {n+}",
    requirements=("RFC7888:3-1", "RFC9051:7.6-52"),
    apply=apply,
)
