"""EXPUNGE for a message that the session was never told of.

Cyrus 2.4.4 could (cyrus-imapd issue 1263, Bugzilla 3356), Exchange does (mail-api issue 262).
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap import updates as module


def apply(_server: Server) -> None:
    original = module._report_gone

    def report_gone(session, selected):
        if not session.qresync:
            session.write(b"* %d EXPUNGE\r\n" % (len(selected.numbering) + 1))
        original(session, selected)

    module._report_gone = report_gone


DEFECT = Defect(
    name="imap_expunge_past_end",
    summary="EXPUNGE names a message that is not there",
    requirements=("RFC9051:7.5.1-52", "RFC9051:6.4.3-1"),
    apply=apply,
)
