"""x25519 is the one group that is offered: clients that must not use it, or cannot, are refused.

As set_ecdh_curve leaves it, which takes one name and gives up the others.
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect


def apply(server: Server) -> None:
    server.tls.context.set_ecdh_curve("X25519")


DEFECT = Defect(
    name="tls_x25519_alone",
    summary="secp256r1 is missing",
    requirements=("RFC9325:4.2.1-1", "RFC8446:9.1-3"),
    apply=apply,
)
