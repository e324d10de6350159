"""Header fields are searched as they stand, encoded words and all: nothing beyond ASCII is ever found."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.wire.mime import text as module


def apply(_server: Server) -> None:
    module.decode_header = lambda value: value.decode("latin-1")


DEFECT = Defect(
    name="imap_search_headers_raw",
    summary="headers are searched without decoding them",
    requirements=("RFC9051:6.4.4-3",),
    apply=apply,
)
