"""CAPABILITY answered twice."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import rewrite_untagged


def apply(server: Server) -> None:
    rewrite_untagged(server, b"CAPABILITY", lambda data: data + data)


DEFECT = Defect(
    name="imap_double_capability",
    summary="two CAPABILITY responses",
    requirements=("RFC9051:6.1.1-1",),
    apply=apply,
)
