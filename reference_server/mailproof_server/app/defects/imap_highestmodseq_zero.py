"""HIGHESTMODSEQ 0 for an empty mailbox: no valid number, and no NOMODSEQ either.

Purelymail did so in 2026 (purelymail-issues 446): clients threw their caches away at each poll.
"""

import re

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import rewrite_untagged


def apply(server: Server) -> None:
    for name in (b"SELECT", b"EXAMINE"):
        rewrite_untagged(server, name, lambda data: re.sub(rb"HIGHESTMODSEQ \d+", b"HIGHESTMODSEQ 0", data))


DEFECT = Defect(
    name="imap_highestmodseq_zero",
    summary="HIGHESTMODSEQ is 0",
    requirements=("RFC7162:3.1.2.1-1", "RFC9051:7.1-51"),
    apply=apply,
)
