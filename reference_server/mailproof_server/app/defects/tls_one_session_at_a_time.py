"""Handshakes are done one after the other: a client that stops in its own holds up all the others.

The denial of service of every server that does the handshake in the thread that accepts.
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.net.tls_transport import TlsTransport


def apply(_server: Server) -> None:
    original = TlsTransport.buffer_updated
    halted: set[TlsTransport] = set()

    def buffer_updated(self, nbytes):
        if self.in_handshake and halted - {self} and any(each.in_handshake and not each.is_lost for each in halted):
            return
        halted.add(self)
        original(self, nbytes)
        if not self.in_handshake:
            halted.discard(self)

    TlsTransport.buffer_updated = buffer_updated
    TlsTransport.is_lost = property(lambda self: self._tcp is None or self._tcp.is_closing())


DEFECT = Defect(
    name="tls_one_session_at_a_time",
    summary="a halted handshake stops all others",
    requirements=("RFC8314:3-2",),
    apply=apply,
)
