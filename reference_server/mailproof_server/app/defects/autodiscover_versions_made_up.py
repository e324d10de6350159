"""A version of EWS is told that there is not."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._autodiscover import SVC, rewrite


def apply(server: Server) -> None:
    rewrite(server, SVC, lambda body, asked: body.replace(b"Exchange2007, ", b"Exchange2007, Exchange2099, "))


DEFECT = Defect(
    name="autodiscover_versions_made_up",
    summary="a version of EWS is told that there is not",
    requirements=("MS-OXWSADISC:3.1.4.3-9",),
    apply=apply,
)
