"""Suites without a certificate are negotiated: anybody can be in the middle.

Postfix offers them by default where nobody checks certificates (smtpd_tls_exclude_ciphers).
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect


def apply(server: Server) -> None:
    server.tls.context.set_ciphers("ECDHE+AESGCM:aNULL:@SECLEVEL=0")


DEFECT = Defect(
    name="tls_anonymous",
    summary="anonymous suites are negotiated",
    requirements=("RFC5246:A.5-1",),
    apply=apply,
)
