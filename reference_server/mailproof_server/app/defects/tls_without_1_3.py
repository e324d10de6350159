"""TLS 1.3 is switched off."""

import ssl

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect


def apply(server: Server) -> None:
    server.tls.context.maximum_version = ssl.TLSVersion.TLSv1_2


DEFECT = Defect(
    name="tls_without_1_3",
    summary="TLS 1.3 is not preferred",
    requirements=("RFC9325:3.1.1-1",),
    apply=apply,
)
