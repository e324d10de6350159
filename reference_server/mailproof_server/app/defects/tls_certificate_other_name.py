"""The certificate is for another host, as of a server that shares an address with many."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._certificates import present


def apply(server: Server) -> None:
    present(server, names=("www.example.test",))


DEFECT = Defect(
    name="tls_certificate_other_name",
    summary="the certificate is for another name",
    requirements=("RFC9525:6-1", "RFC9525:6-2"),
    apply=apply,
)
