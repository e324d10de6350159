"""FETCH without MODSEQ after CONDSTORE was enabled."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap.session import Session


def apply(_server: Server) -> None:
    Session.enable_condstore = lambda _self: None  # type: ignore[method-assign]


DEFECT = Defect(
    name="imap_condstore_without_modseq",
    summary="news of flags carries no MODSEQ",
    requirements=("RFC7162:3.1-1", "RFC7162:3.1-51"),
    apply=apply,
)
