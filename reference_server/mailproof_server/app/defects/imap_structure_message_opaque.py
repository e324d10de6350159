"""An attached message is described like an application part: no envelope, no structure, no lines.

Clients that follow the grammar cannot read on; some had to learn it (go-imap pull request 559).
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.wire.mime import imap_form as module


def apply(_server: Server) -> None:
    original = module.bodies

    def bodies(data, part):
        embedded, part.embedded = part.embedded, None
        try:
            return original(data, part)
        finally:
            part.embedded = embedded

    module.bodies = bodies


DEFECT = Defect(
    name="imap_structure_message_opaque",
    summary="an attached message has no envelope and structure",
    requirements=("RFC9051:7.5.2-7", "RFC9051:7.5.2-52"),
    apply=apply,
)
