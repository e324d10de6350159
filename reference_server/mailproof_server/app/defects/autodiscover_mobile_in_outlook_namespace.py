"""Mobilesync is answered in the namespace of outlook."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._autodiscover import POX, rewrite


def apply(server: Server) -> None:
    rewrite(
        server,
        POX,
        lambda body, asked: body.replace(b"/mobilesync/responseschema/2006", b"/outlook/responseschema/2006a"),
    )


DEFECT = Defect(
    name="autodiscover_mobile_in_outlook_namespace",
    summary="mobilesync is answered in the namespace of outlook",
    requirements=("MS-OXDSCLI:2.2.4.1.1.1-51",),
    apply=apply,
)
