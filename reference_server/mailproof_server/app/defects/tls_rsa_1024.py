"""An RSA key of 1024 bits, made long ago and renewed ever since."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._certificates import present


def apply(server: Server) -> None:
    present(server, rsa_bits=1024, ciphers="ECDHE+AESGCM:@SECLEVEL=0")


DEFECT = Defect(
    name="tls_rsa_1024",
    summary="the RSA key has 1024 bits",
    requirements=("RFC9325:4.5-2",),
    apply=apply,
)
