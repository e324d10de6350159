""" ">From " where a line of the message begins with "From ", as in mailboxes of the mbox format."""

import re
from dataclasses import replace

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap.commands import append as module


def apply(_server: Server) -> None:
    original = module.incoming

    def incoming(message):
        found = original(message)
        return replace(found, data=re.sub(rb"(?m)^From ", b">From ", found.data))

    module.incoming = incoming


DEFECT = Defect(
    name="imap_append_from_quoted",
    summary="From at the beginning of a line gets a mark",
    requirements=("RFC9051:6.3.12-1", "CORPUS:append-1"),
    apply=apply,
)
