"""Plain text on the TLS port is answered in plain text, as web servers do with a 400."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.net.tls_transport import TlsTransport


def apply(_server: Server) -> None:
    original = TlsTransport.buffer_updated

    def buffer_updated(self, nbytes):
        if self.in_handshake and self._tcp is not None and bytes(self._buffer[:1]).isalnum():
            self._tcp.write(b"* BYE This port speaks TLS\r\n")
        original(self, nbytes)

    TlsTransport.buffer_updated = buffer_updated


DEFECT = Defect(
    name="tls_answers_plain_text",
    summary="plain text is answered",
    requirements=("RFC8314:3-1",),
    apply=apply,
)
