"""A bare LF ends a command, as nearly everywhere: Postfix 3.9 still allows it (smtpd_forbid_bare_newline)."""

import re

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.wire.smtp.lines import LineReader


def apply(_server: Server) -> None:
    original = LineReader.feed
    LineReader.feed = lambda self, data: original(self, re.sub(rb"(?<!\r)\n", b"\r\n", data))


DEFECT = Defect(
    name="smtp_commands_end_with_lf",
    summary="a bare LF ends a command",
    requirements=("RFC5321:2.3.8-1",),
    apply=apply,
)
