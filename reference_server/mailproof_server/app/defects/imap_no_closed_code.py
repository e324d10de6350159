"""Switching folders without the CLOSED code: responses cannot be told apart.

Apache James did so until 2022 (JAMES-3722).
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import rewrite_untagged


def apply(server: Server) -> None:
    rewrite_untagged(server, b"SELECT", lambda data: b"" if b"[CLOSED]" in data else data)


DEFECT = Defect(
    name="imap_no_closed_code",
    summary="CLOSED is missing",
    requirements=("RFC9051:7.1-4", "RFC9051:7.1-54"),
    apply=apply,
)
