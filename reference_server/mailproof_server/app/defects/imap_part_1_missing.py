"""BODY[1] of a message that is no multipart is empty."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap import fetching as module


def apply(_server: Server) -> None:
    original = module.section.fetch

    def fetch(data, tree, part, kind=b"", names=()):
        if tuple(part) == (1,) and not tree.children and kind == b"":
            return b""
        return original(data, tree, part, kind, names)

    module.section.fetch = fetch


DEFECT = Defect(
    name="imap_part_1_missing",
    summary="BODY[1] of a plain message is empty",
    requirements=("RFC9051:6.4.5.1-4",),
    apply=apply,
)
