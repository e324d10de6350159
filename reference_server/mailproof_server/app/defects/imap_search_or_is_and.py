"""OR taken as AND."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap.querying import model


def apply(_server: Server) -> None:
    model.Or = model.And


DEFECT = Defect(
    name="imap_search_or_is_and",
    summary="OR needs both keys",
    requirements=("RFC9051:6.4.4-1",),
    apply=apply,
)
