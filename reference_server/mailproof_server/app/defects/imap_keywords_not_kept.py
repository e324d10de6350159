"""New keywords are taken, as PERMANENTFLAGS promises, and forgotten."""

from dataclasses import replace

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap import flags as module


def apply(_server: Server) -> None:
    original = module.parse
    module.parse = lambda names: replace(original(names), keywords=frozenset())


DEFECT = Defect(
    name="imap_keywords_not_kept",
    summary="keywords are not stored",
    requirements=("RFC9051:6.4.6-3", "RFC9051:6.3.12-6"),
    apply=apply,
)
