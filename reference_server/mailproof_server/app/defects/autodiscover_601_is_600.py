"""An unknown schema is an invalid request."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._autodiscover import POX, rewrite


def apply(server: Server) -> None:
    rewrite(server, POX, lambda body, asked: body.replace(b"<ErrorCode>601<", b"<ErrorCode>600<"))


DEFECT = Defect(
    name="autodiscover_601_is_600",
    summary="an unknown schema is an invalid request",
    requirements=("MS-OXDSCLI:3.2.5-15",),
    apply=apply,
)
