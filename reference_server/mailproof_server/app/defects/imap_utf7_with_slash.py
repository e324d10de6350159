"""Modified UTF-7 with "/" where "," belongs: the names of some folders fall apart at the delimiter.

Of servers that take any base64 for the modified one.
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.wire.imap import names as module


def apply(_server: Server) -> None:
    module._TO_MODIFIED = bytes.maketrans(b"", b"")


DEFECT = Defect(
    name="imap_utf7_with_slash",
    summary="modified base64 has a slash",
    requirements=("RFC3501:5.1.3-1", "RFC3501:5.1.3-51"),
    apply=apply,
)
