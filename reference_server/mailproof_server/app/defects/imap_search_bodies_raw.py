"""Bodies are searched as they stand: base64 hides them, and a word across a soft line break is not found."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.wire.mime import text as module


def apply(_server: Server) -> None:
    module.decode_leniently = lambda octets, _encoding: octets


DEFECT = Defect(
    name="imap_search_bodies_raw",
    summary="bodies are searched without decoding them",
    requirements=("RFC9051:6.4.4-3",),
    apply=apply,
)
