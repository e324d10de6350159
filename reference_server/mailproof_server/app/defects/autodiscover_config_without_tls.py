"""Mozilla autoconfig names servers without TLS."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._autodiscover import AUTOCONFIG, rewrite


def apply(server: Server) -> None:
    rewrite(server, AUTOCONFIG, lambda body, asked: body.replace(b">SSL<", b">plain<"))


DEFECT = Defect(
    name="autodiscover_config_without_tls",
    summary="Mozilla autoconfig names servers without TLS",
    requirements=("AUTODISCOVER:AUTOCONFIG-2",),
    apply=apply,
)
