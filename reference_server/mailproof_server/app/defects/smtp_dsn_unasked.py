"""Every delivery is reported to the sender, whatever NOTIFY said."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import delivery as module


def apply(_server: Server) -> None:
    module.is_wanted = lambda _outcome: True


DEFECT = Defect(
    name="smtp_dsn_unasked",
    summary="delivery is reported unasked",
    requirements=("RFC3461:5.2.3-2",),
    apply=apply,
)
