"""APPEND that drops an empty line at the end: signatures break."""

from dataclasses import replace

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap.commands import append as module


def apply(_server: Server) -> None:
    original = module.incoming

    def incoming(message):
        found = original(message)
        return replace(found, data=found.data.removesuffix(b"\r\n"))

    module.incoming = incoming


DEFECT = Defect(
    name="imap_append_strips_trailing_crlf",
    summary="APPEND drops the last line end",
    requirements=("RFC9051:6.3.12-1", "CORPUS:append-1"),
    apply=apply,
)
