"""The certificate ended yesterday: nobody had looked at what renews it."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._certificates import present


def apply(server: Server) -> None:
    present(server, ends_in_days=-1)


DEFECT = Defect(
    name="tls_certificate_expired",
    summary="the certificate has expired",
    requirements=("RFC5280:4.1.2.5-1", "RFC5280:6-1"),
    apply=apply,
)
