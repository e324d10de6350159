"""ESEARCH tells MIN 0 and MAX 0 where nothing was found.

Purelymail did so in 2026 (purelymail-issues 445): "MIN 0 is never valid".
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap import answering as module


def apply(_server: Server) -> None:
    original = module.esearch

    def esearch(tag, *, uid, items=()):
        told = list(items)
        if (b"COUNT", b"0") in told:
            told.insert(0, (b"MIN", b"0"))
        return original(tag, uid=uid, items=told)

    module.esearch = esearch


DEFECT = Defect(
    name="imap_esearch_min_zero",
    summary="MIN is 0 where nothing was found",
    requirements=("RFC4731:3.1-2", "RFC9051:7.3.4-52"),
    apply=apply,
)
