"""Octets above 127 lose their highest bit."""

from dataclasses import replace

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap.commands import append as module


def apply(_server: Server) -> None:
    original = module.incoming

    def incoming(message):
        found = original(message)
        return replace(found, data=bytes(octet & 0x7F or 0x3F for octet in found.data))

    module.incoming = incoming


DEFECT = Defect(
    name="imap_append_strips_8bit",
    summary="the eighth bit is stripped",
    requirements=("RFC9051:6.3.12-1", "CORPUS:append-1"),
    apply=apply,
)
