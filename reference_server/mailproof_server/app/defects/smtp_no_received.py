"""No Received field is added: loops cannot be seen."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._smtp import drop_received


def apply(server: Server) -> None:
    drop_received(server)


DEFECT = Defect(
    name="smtp_no_received",
    summary="Received is missing",
    requirements=("RFC5321:4.4-1",),
    apply=apply,
)
