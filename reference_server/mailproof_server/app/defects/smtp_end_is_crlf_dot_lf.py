"""CRLF . LF ends the message: SMTP smuggling.

Exim did so through 4.97 (CVE-2023-51766; fixed in 4.97.1: "Refuse to accept a line \"dot, LF\" as end-of-DATA").
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.wire.smtp.data import DataDecoder


def apply(_server: Server) -> None:
    original = DataDecoder.feed
    DataDecoder.feed = lambda self, chunk: original(self, chunk.replace(b"\r\n.\n", b"\r\n.\r\n"))


DEFECT = Defect(
    name="smtp_end_is_crlf_dot_lf",
    summary="CRLF . LF ends the message",
    requirements=("RFC5321:4.1.1.4-1", "RFC5321:2.3.8-1"),
    apply=apply,
)
