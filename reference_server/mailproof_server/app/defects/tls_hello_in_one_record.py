"""A hello that is spread over several records ends the connection, as in stacks that read one record and parse."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.net.tls_transport import TlsTransport


def apply(_server: Server) -> None:
    original = TlsTransport.buffer_updated

    def buffer_updated(self, nbytes):
        head = bytes(self._buffer[:9])
        if self.in_handshake and head[:1] == b"\x16" and head[5:6] == b"\x01":
            hello_octets, record_octets = int.from_bytes(head[6:9], "big"), int.from_bytes(head[3:5], "big")
            if record_octets < hello_octets + 4:
                self.abort()
                return
        original(self, nbytes)

    TlsTransport.buffer_updated = buffer_updated


DEFECT = Defect(
    name="tls_hello_in_one_record",
    summary="a hello in two records is refused",
    requirements=("RFC5246:6.2.1-1", "RFC8446:5.1-2"),
    apply=apply,
)
