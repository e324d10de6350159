"""CR . CR ends the message, as bare CR is made a line end before anybody looks.

Cisco Secure Email did so in its default setting (SEC Consult on SMTP smuggling, 2023).
"""

import re

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.wire.smtp.data import DataDecoder


def apply(_server: Server) -> None:
    original = DataDecoder.feed
    DataDecoder.feed = lambda self, chunk: original(self, re.sub(rb"\r(?!\n)", b"\r\n", chunk))


DEFECT = Defect(
    name="smtp_end_is_cr_dot_cr",
    summary="a bare CR is a line end of the text",
    requirements=("RFC5321:4.1.1.4-1", "RFC5321:2.3.8-1"),
    apply=apply,
)
