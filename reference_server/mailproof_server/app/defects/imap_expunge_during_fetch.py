"""EXPUNGE in the answer to FETCH, STORE and SEARCH: numbers shift under the client."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import change_command


def apply(server: Server) -> None:
    for name in (b"FETCH", b"STORE", b"SEARCH"):
        change_command(server, name, holds_numbers=False)


DEFECT = Defect(
    name="imap_expunge_during_fetch",
    summary="EXPUNGE is sent while FETCH, STORE or SEARCH is answered",
    requirements=("RFC9051:7.5.1-1", "RFC9051:7.5.1-51"),
    apply=apply,
)
