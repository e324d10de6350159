"""A part of a digest without a Content-Type is taken for text/plain instead of message/rfc822 (RFC 2046 5.1.5)."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.wire.mime import structure as module


def apply(_server: Server) -> None:
    original = module._describe
    module._describe = lambda part, data, header, *, in_digest: original(part, data, header, in_digest=False)


DEFECT = Defect(
    name="imap_structure_digest_text",
    summary="parts of a digest default to text",
    requirements=("RFC9051:7.5.2-6", "RFC9051:7.5.2-7"),
    apply=apply,
)
