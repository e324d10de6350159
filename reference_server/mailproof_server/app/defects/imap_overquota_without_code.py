"""Over quota is NO without OVERQUOTA: the client takes it for a fault and tries again."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.model.errors import OverQuota
from mailproof_server.protocols.imap import errors as module


def apply(_server: Server) -> None:
    module.CODES[OverQuota] = None


DEFECT = Defect(
    name="imap_overquota_without_code",
    summary="OVERQUOTA is missing",
    requirements=("RFC9208:4.3.1-2",),
    apply=apply,
)
