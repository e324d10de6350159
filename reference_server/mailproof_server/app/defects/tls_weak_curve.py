"""The one curve is prime192v1, below what any client of today takes."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._certificates import present


def apply(server: Server) -> None:
    present(server, rsa_bits=2048, ciphers="ECDHE+AESGCM:@SECLEVEL=0")
    server.tls.context.set_ecdh_curve("prime192v1")


DEFECT = Defect(
    name="tls_weak_curve",
    summary="a curve of 192 bits is used",
    requirements=("RFC9325:4.5-1",),
    apply=apply,
)
