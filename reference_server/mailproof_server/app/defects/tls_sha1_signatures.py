"""A client that knows nothing but SHA-1 gets a signature with SHA-1 (SLOTH, CVE-2015-7575)."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect


def apply(server: Server) -> None:
    server.tls.context.set_ciphers("ECDHE+AESGCM:ECDHE+CHACHA20:@SECLEVEL=0")


DEFECT = Defect(
    name="tls_sha1_signatures",
    summary="SHA-1 signatures are made",
    requirements=("RFC9155:4-1",),
    apply=apply,
)
