"""The obsolete right d is not understood: clients of RFC 2086 cannot let anybody delete."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap import rights as module


def apply(_server: Server) -> None:
    module.VIRTUAL.pop("d")


DEFECT = Defect(
    name="imap_acl_virtual_rights_missing",
    summary="the right d is unknown",
    requirements=("RFC4314:2.1.1-1", "RFC4314:2.1.1-2"),
    apply=apply,
)
