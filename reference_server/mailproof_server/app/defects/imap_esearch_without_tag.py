"""ESEARCH without its correlator."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap import answering as module


def apply(_server: Server) -> None:
    original = module.esearch
    module.esearch = lambda tag, *, uid, items=(): original(None, uid=uid, items=items)


DEFECT = Defect(
    name="imap_esearch_without_tag",
    summary="ESEARCH has no TAG",
    requirements=("RFC9051:7.3.4-51", "RFC9051:6.4.4-11"),
    apply=apply,
)
