"""What waits in the pipeline is thrown away when a command fails.

RFC 2920 3.2 forbids it, since servers did so "to flush" what they took for a confused client.
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.smtp.session import Session


def apply(_server: Server) -> None:
    original = Session._limited

    def limited(self, reply):
        if reply.code >= 500:
            self.reader.take()
        return original(self, reply)

    Session._limited = limited


DEFECT = Defect(
    name="smtp_pipeline_flushed",
    summary="commands behind a refused one are lost",
    requirements=("RFC2920:3.2-4", "RFC2920:3.2-1"),
    apply=apply,
)
