"""Quotes and backslashes of the envelope are not escaped: the client loses the thread in the middle of the line.

GreenMail did so with a Message-ID that holds quotes (greenmail issue 4).
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.wire.mime import imap_form as module


def apply(_server: Server) -> None:
    module._SAFE = module._QUOTABLE


DEFECT = Defect(
    name="imap_envelope_quotes_raw",
    summary="quotes in strings of the envelope are not escaped",
    requirements=("RFC9051:7.5.2-4", "RFC9051:7.5.2-5", "CORPUS:append-2"),
    apply=apply,
)
