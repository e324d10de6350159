"""The connection ends without close_notify: a cut mail cannot be told from a whole one.

asyncio dropped it after a failed shutdown (cpython pull request 153620).
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.net.tls_transport import TlsTransport


def apply(_server: Server) -> None:
    def close(self):
        if self._tcp is not None:
            self._tcp.close()

    TlsTransport.close = close


DEFECT = Defect(
    name="tls_no_close_notify",
    summary="close_notify is missing",
    requirements=("RFC8446:6.1-1", "RFC5246:7.2.1-1"),
    apply=apply,
)
