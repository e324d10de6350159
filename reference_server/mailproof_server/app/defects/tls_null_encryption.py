"""Suites without encryption are negotiated."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect


def apply(server: Server) -> None:
    server.tls.context.set_ciphers("ECDHE+AESGCM:eNULL:@SECLEVEL=0")


DEFECT = Defect(
    name="tls_null_encryption",
    summary="suites without encryption are negotiated",
    requirements=("RFC9325:4.1-1",),
    apply=apply,
)
