"""Every dot at the beginning of a line goes, also one that stands there by its own.

Of readers that strip dots by the line and do not look at what was added.
"""

import re

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.wire.smtp.data import DataDecoder


def apply(_server: Server) -> None:
    original = DataDecoder.feed
    DataDecoder.feed = lambda self, chunk: re.sub(rb"(?m)^\.", b"", original(self, chunk))


DEFECT = Defect(
    name="smtp_dot_lost",
    summary="dots at the beginning of lines are lost",
    requirements=("RFC5321:4.5.2-1",),
    apply=apply,
)
