"""The certificate is signed by itself, as a package makes it at installation."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._certificates import present


def apply(server: Server) -> None:
    present(server, self_signed=True)


DEFECT = Defect(
    name="tls_certificate_self_signed",
    summary="the certificate is self-signed",
    requirements=("RFC5280:6-1",),
    apply=apply,
)
