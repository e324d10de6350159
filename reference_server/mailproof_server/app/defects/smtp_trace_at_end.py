"""The trace field of this hop goes to the end of the header: who reads the route reads it wrong."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services.message_head import MessageHead


def apply(_server: Server) -> None:
    original = MessageHead.edited

    def edited(self, top, removed):
        header = self.header()
        whole = original(self, (), removed)
        body = self._data[len(header) :]
        return whole.removesuffix(body) + b"".join(top) + body

    MessageHead.edited = edited


DEFECT = Defect(
    name="smtp_trace_at_end",
    summary="Received is not on top",
    requirements=("RFC5321:4.4-1",),
    apply=apply,
)
