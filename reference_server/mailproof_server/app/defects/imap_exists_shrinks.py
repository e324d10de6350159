"""A lower EXISTS in front of the EXPUNGE responses that explain it."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap import updates as module


def apply(_server: Server) -> None:
    original = module._report_gone

    def report_gone(session, selected):
        session.write(b"* %d EXISTS\r\n" % (len(selected.numbering) - len(selected.gone)))
        original(session, selected)

    module._report_gone = report_gone


DEFECT = Defect(
    name="imap_exists_shrinks",
    summary="EXISTS falls before EXPUNGE",
    requirements=("RFC9051:7.4.1-51", "RFC9051:6.4.3-1"),
    apply=apply,
)
