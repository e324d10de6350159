"""Suites with static RSA are negotiated: who gets the key reads all mail of the past (see ROBOT, 2017)."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._certificates import present


def apply(server: Server) -> None:
    present(server, rsa_bits=2048, ciphers="ECDHE+AESGCM:kRSA+AESGCM:kRSA+AES:@SECLEVEL=1")


DEFECT = Defect(
    name="tls_static_rsa",
    summary="static RSA is negotiated",
    requirements=("RFC9325:4.1-2",),
    apply=apply,
)
