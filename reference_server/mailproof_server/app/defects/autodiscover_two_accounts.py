"""Every Protocol has an Account of its own."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._autodiscover import POX, rewrite


def apply(server: Server) -> None:
    rewrite(server, POX, lambda body, asked: body.replace(b"</Protocol>", b"</Protocol></Account><Account>", 1))


DEFECT = Defect(
    name="autodiscover_two_accounts",
    summary="every Protocol has an Account of its own",
    requirements=("MS-OXDSCLI:2.2.4.1.1.3-51",),
    apply=apply,
)
