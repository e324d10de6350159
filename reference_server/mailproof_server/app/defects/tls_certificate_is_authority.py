"""The certificate is that of an authority as well: whoever trusts it trusts all that it signs."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._certificates import present


def apply(server: Server) -> None:
    present(server, is_authority=True)


DEFECT = Defect(
    name="tls_certificate_is_authority",
    summary="the server certificate is a CA",
    requirements=("RFC5280:4.2.1.9-1",),
    apply=apply,
)
