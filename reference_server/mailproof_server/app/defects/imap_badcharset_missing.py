"""An unknown charset is taken for US-ASCII."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.wire.imap import search


def apply(_server: Server) -> None:
    search.search_charset = lambda parser: parser.astring().decode("latin-1") and "UTF-8"


DEFECT = Defect(
    name="imap_badcharset_missing",
    summary="unknown charsets are accepted",
    requirements=("RFC9051:6.4.4-4",),
    apply=apply,
)
