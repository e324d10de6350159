"""HasNoChildren on every folder: clients do not look below.

Cyrus 2.2 told it wrong for lists with wildcards (cyrus-imapd issue 812, Bugzilla 2777).
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import rewrite_untagged


def apply(server: Server) -> None:
    rewrite_untagged(server, b"LIST", lambda data: data.replace(b"\\HasChildren", b"\\HasNoChildren"))


DEFECT = Defect(
    name="imap_children_lie",
    summary="HasChildren is never told",
    requirements=("RFC9051:6.3.9-5",),
    apply=apply,
)
