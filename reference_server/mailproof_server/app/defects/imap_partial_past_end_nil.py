"""A partial that begins behind the last octet is NIL instead of the empty string.

Clients that read in pieces ask for one piece too many, and stop at the empty one.
"""

import re

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import rewrite_untagged


def apply(server: Server) -> None:
    rewrite_untagged(server, b"FETCH", lambda data: re.sub(rb"(\]<\d+> )\{0\}\r\n", rb"\1NIL", data))


DEFECT = Defect(
    name="imap_partial_past_end_nil",
    summary="a partial past the end is NIL",
    requirements=("RFC9051:6.4.5-5",),
    apply=apply,
)
