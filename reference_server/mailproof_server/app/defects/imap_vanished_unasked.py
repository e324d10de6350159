"""VANISHED instead of EXPUNGE for clients that enabled CONDSTORE only, which do not know it."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap.session import Session


def apply(_server: Server) -> None:
    Session.qresync = property(lambda self: self.condstore or b"QRESYNC" in self.enabled)


DEFECT = Defect(
    name="imap_vanished_unasked",
    summary="VANISHED is sent without ENABLE QRESYNC",
    requirements=("RFC7162:3.2.10-51", "RFC7162:3.2.10-3"),
    apply=apply,
)
