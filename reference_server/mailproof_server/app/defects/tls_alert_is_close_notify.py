"""A failed handshake ends with close_notify, as if all were well.

About 13 % of a thousand servers did so (hello_tls pull request 6).
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.net import tls_transport as module
from mailproof_server.net.tls_transport import TlsTransport

CLOSE_NOTIFY = bytes.fromhex("15 03 03 00 02 01 00")


def apply(_server: Server) -> None:
    original = TlsTransport._fail

    def fail(self):
        if self._outgoing.read() and self._tcp is not None:
            self._tcp.write(CLOSE_NOTIFY)
        original(self)

    TlsTransport._fail = fail
    module.PROTOCOL_VERSION_ALERT = CLOSE_NOTIFY


DEFECT = Defect(
    name="tls_alert_is_close_notify",
    summary="a failed handshake ends with close_notify",
    requirements=("NET-01", "RFC7507:3-1", "RFC8446:4.2.1-3"),
    apply=apply,
)
