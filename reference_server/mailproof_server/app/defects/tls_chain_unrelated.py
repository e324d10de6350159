"""The chain has a certificate behind the leaf that has not signed it, as after a change of authorities."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._certificates import present


def apply(server: Server) -> None:
    present(server, unrelated_issuer=True)


DEFECT = Defect(
    name="tls_chain_unrelated",
    summary="the chain does not hang together",
    requirements=("RFC5246:7.4.2-1",),
    apply=apply,
)
