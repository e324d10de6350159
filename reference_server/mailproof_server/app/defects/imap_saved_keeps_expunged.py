"""Expunged messages stay in $, so that commands with it fail or hit what came after them."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap import updates as module


def apply(_server: Server) -> None:
    original = module._report_gone

    def report_gone(session, selected):
        saved = selected.saved
        original(session, selected)
        selected.saved = sorted({*saved, *selected.numbering.uids}) if saved else saved

    module._report_gone = report_gone


DEFECT = Defect(
    name="imap_saved_keeps_expunged",
    summary="$ is wrong after EXPUNGE",
    requirements=("RFC5182:2.1-5",),
    apply=apply,
)
