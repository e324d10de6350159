"""Backslashes of quoted strings stay: passwords and names with quotes are other ones."""

import re

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.wire.imap import parse as module


def apply(_server: Server) -> None:
    module._ESCAPE = re.compile(rb"(?!)()")


DEFECT = Defect(
    name="imap_quoted_escapes_kept",
    summary="escapes of quoted strings are kept",
    requirements=("RFC9051:4.3-2",),
    apply=apply,
)
