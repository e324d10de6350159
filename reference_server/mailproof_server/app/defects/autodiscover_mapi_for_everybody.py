"""MAPI over HTTP is offered to those who cannot speak it."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._autodiscover import POX, rewrite


def apply(server: Server) -> None:
    rewrite(
        server,
        POX,
        lambda body, asked: body.replace(b"</Account>", b'<Protocol Type="mapiHttp" Version="1"/></Account>'),
    )


DEFECT = Defect(
    name="autodiscover_mapi_for_everybody",
    summary="MAPI over HTTP is offered to those who cannot speak it",
    requirements=("MS-OXDSCLI:3.2.5-4",),
    apply=apply,
)
