"""The certificate is for TLS clients by its extended key usage."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._certificates import present


def apply(server: Server) -> None:
    present(server, for_clients=True)


DEFECT = Defect(
    name="tls_certificate_for_clients",
    summary="the certificate is not for servers",
    requirements=("RFC5280:4.2.1.12-1",),
    apply=apply,
)
