"""NUL is dropped before the end of the message is looked for: CRLF NUL . CRLF ends it.

One of the sequences that the search for smuggling tried on servers (SEC Consult, 2023; smtpsmug has it).
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.wire.smtp.data import DataDecoder


def apply(_server: Server) -> None:
    original = DataDecoder.feed
    DataDecoder.feed = lambda self, chunk: original(self, chunk.replace(b"\0", b""))


DEFECT = Defect(
    name="smtp_end_after_nul",
    summary="NUL is dropped from the text",
    requirements=("RFC5321:4.1.1.4-1",),
    apply=apply,
)
