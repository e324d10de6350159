"""The URL of EWS stands on a line of its own."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._autodiscover import POX, rewrite


def apply(server: Server) -> None:
    rewrite(server, POX, lambda body, asked: body.replace(b"<EwsUrl>", b"<EwsUrl>\n"))


DEFECT = Defect(
    name="autodiscover_url_in_two_lines",
    summary="the URL of EWS stands on a line of its own",
    requirements=("MS-OXDSCLI:2.2.4.1.1-5", "AUTODISCOVER:XML-53"),
    apply=apply,
)
