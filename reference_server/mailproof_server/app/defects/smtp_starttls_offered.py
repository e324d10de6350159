"""STARTTLS offered inside TLS, as front ends do that share one configuration."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._smtp import add_ehlo_line


def apply(server: Server) -> None:
    add_ehlo_line(server, "STARTTLS")


DEFECT = Defect(
    name="smtp_starttls_offered",
    summary="EHLO lists STARTTLS",
    requirements=("NET-03", "RFC3207:4.2-51"),
    apply=apply,
)
