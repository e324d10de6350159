"""Suites with CBC are negotiated.

What Lucky Thirteen (CVE-2013-0169) needs.
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect


def apply(server: Server) -> None:
    server.tls.context.set_ciphers("ECDHE+AESGCM:ECDHE+AES:!aNULL:!PSK")


DEFECT = Defect(
    name="tls_static_rsa_and_cbc",
    summary="CBC suites are negotiated",
    requirements=("RFC9325:4.2-1",),
    apply=apply,
)
