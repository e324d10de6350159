"""TLS 1.0 and 1.1 are still taken, as with a system policy of long ago."""

import ssl

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect


def apply(server: Server) -> None:
    context = server.tls.context
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("ALL:@SECLEVEL=0")


DEFECT = Defect(
    name="tls_accepts_1_1",
    summary="TLS 1.0 and TLS 1.1 are negotiated",
    requirements=("RFC8996:4-1", "RFC8996:5-1"),
    apply=apply,
)
