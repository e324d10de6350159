"""LOGOUT answered by OK alone."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import rewrite_untagged


def apply(server: Server) -> None:
    rewrite_untagged(server, b"LOGOUT", lambda _data: b"")


DEFECT = Defect(
    name="imap_logout_without_bye",
    summary="no BYE before the OK of LOGOUT",
    requirements=("RFC9051:6.1.3-1", "RFC9051:6.1.3-51"),
    apply=apply,
)
