"""SELECT without UIDVALIDITY: caches can never be trusted.

Servers that leave it out were met in the field (rustmailer/bichon issue 284).
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import rewrite_untagged


def apply(server: Server) -> None:
    rewrite_untagged(server, b"SELECT", lambda data: b"" if b"[UIDVALIDITY" in data else data)


DEFECT = Defect(
    name="imap_select_without_uidvalidity",
    summary="SELECT does not tell UIDVALIDITY",
    requirements=("RFC9051:6.3.2-1",),
    apply=apply,
)
