"""LF . CRLF ends the message, and a bare LF of the text passes: SMTP smuggling.

Postfix (CVE-2023-51764) and sendmail (CVE-2023-51765) did so; so does qpsmtpd (qpsmtpd issue 317).
"""

import re

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.wire.smtp.data import DataDecoder


def apply(_server: Server) -> None:
    original = DataDecoder.feed

    def feed(self, chunk):
        return original(self, re.sub(rb"(?<!\r)\n\.\r\n", b"\r\n.\r\n", chunk))

    DataDecoder.feed = feed


DEFECT = Defect(
    name="smtp_end_is_lf_dot_crlf",
    summary="LF . CRLF ends the message",
    requirements=("RFC5321:4.1.1.4-1", "RFC5321:2.3.8-1"),
    apply=apply,
)
