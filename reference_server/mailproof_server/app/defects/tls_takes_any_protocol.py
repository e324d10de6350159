"""ALPN: whatever protocol the client names is agreed on.

ALPACA (2021) needs servers that do not mind being taken for another protocol's.
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect


def apply(server: Server) -> None:
    server.tls.context.set_alpn_protocols(["mailproof", "http/1.1", "h2"])


DEFECT = Defect(
    name="tls_takes_any_protocol",
    summary="a foreign protocol is agreed on",
    requirements=("RFC7301:3.2-1",),
    apply=apply,
)
