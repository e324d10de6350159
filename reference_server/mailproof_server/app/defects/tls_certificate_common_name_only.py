"""The name stands in the common name alone, where no client has looked since RFC 6125 and Chrome 58."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._certificates import present


def apply(server: Server) -> None:
    present(server, names=())


DEFECT = Defect(
    name="tls_certificate_common_name_only",
    summary="subjectAltName is missing",
    requirements=("RFC9525:6-2",),
    apply=apply,
)
