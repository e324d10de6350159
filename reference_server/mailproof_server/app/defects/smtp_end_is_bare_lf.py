"""LF.LF ends the message: SMTP smuggling (CVE-2023-51764 and its kin)."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._smtp import accept_bare_lf_end


def apply(server: Server) -> None:
    accept_bare_lf_end(server)


DEFECT = Defect(
    name="smtp_end_is_bare_lf",
    summary="LF . LF ends the message",
    requirements=("RFC5321:4.1.1.4-1", "RFC5321:2.3.8-1"),
    apply=apply,
)
