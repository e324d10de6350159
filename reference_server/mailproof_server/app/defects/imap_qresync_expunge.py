"""EXPUNGE after QRESYNC was enabled."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap.session import Session


def apply(_server: Server) -> None:
    Session.qresync = property(lambda _self: False)  # type: ignore[assignment, method-assign]


DEFECT = Defect(
    name="imap_qresync_expunge",
    summary="EXPUNGE instead of VANISHED",
    requirements=("RFC7162:3.2.10-1", "RFC7162:3.2.10-51"),
    apply=apply,
)
