"""NOTIFY=SUCCESS is taken and forgotten: EHLO offers DSN, and nobody reports.

Of servers that parse the parameters for the sake of clients, and let them fall.
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import delivery as module


def apply(_server: Server) -> None:
    module.is_wanted = lambda _outcome: False


DEFECT = Defect(
    name="smtp_dsn_success_missing",
    summary="delivery is not reported when asked for",
    requirements=("RFC3461:5.2.3-1",),
    apply=apply,
)
