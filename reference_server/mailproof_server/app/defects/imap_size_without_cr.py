"""RFC822.SIZE counted with bare LF, as stores do that keep Unix line ends.

Exchange tells a size that is only about right unless EnableExactRFC822Size is set.
"""

import re

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import rewrite_untagged


def apply(server: Server) -> None:
    rewrite_untagged(
        server,
        b"FETCH",
        lambda data: re.sub(rb"RFC822\.SIZE (\d+)", lambda found: b"RFC822.SIZE %d" % max(int(found[1]) - 3, 0), data),
    )


DEFECT = Defect(
    name="imap_size_without_cr",
    summary="RFC822.SIZE is the size with bare LF",
    requirements=("CORPUS:append-1", "RFC9051:2.3.4-51"),
    apply=apply,
)
