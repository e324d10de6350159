"""A hello with more than the server knows is refused: extensions and versions of tomorrow break it.

The intolerance that GREASE (RFC 8701) was made against.
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.net.tls_transport import TlsTransport


def apply(_server: Server) -> None:
    original = TlsTransport.buffer_updated

    def buffer_updated(self, nbytes):
        data = bytes(self._buffer[:nbytes])
        if self.in_handshake and any(bytes((n * 16 + 10, n * 16 + 10)) in data[43:] for n in (2, 5, 7)):
            self.abort()
            return
        original(self, nbytes)

    TlsTransport.buffer_updated = buffer_updated


DEFECT = Defect(
    name="tls_1_3_intolerant",
    summary="reserved values end the handshake",
    requirements=("RFC8701:4-1",),
    apply=apply,
)
