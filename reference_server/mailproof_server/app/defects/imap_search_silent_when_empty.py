"""SEARCH that finds nothing and says nothing."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import rewrite_untagged


def apply(server: Server) -> None:
    rewrite_untagged(server, b"SEARCH", lambda data: b"" if data == b"* SEARCH\r\n" else data)


DEFECT = Defect(
    name="imap_search_silent_when_empty",
    summary="an empty result has no SEARCH response",
    requirements=("RFC9051:6.4.4-6", "RFC3501:7.2.5-1"),
    apply=apply,
)
