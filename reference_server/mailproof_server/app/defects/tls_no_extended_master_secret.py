"""extended_master_secret is not known: sessions can be bound together by a server in the middle.

OpenSSL has it since 1.1.0 only (triple handshake, 2014).
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect


def apply(server: Server) -> None:
    server.tls.context.options |= 1  # SSL_OP_NO_EXTENDED_MASTER_SECRET


DEFECT = Defect(
    name="tls_no_extended_master_secret",
    summary="extended_master_secret is not taken",
    requirements=("RFC9325:3.5-2", "RFC7627:5.2-1"),
    apply=apply,
)
