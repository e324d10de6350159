"""EHLO lists SIZE twice, once with its parameter and once without."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._smtp import add_ehlo_line


def apply(server: Server) -> None:
    add_ehlo_line(server, "SIZE")


DEFECT = Defect(
    name="smtp_keyword_twice",
    summary="a keyword stands twice in EHLO",
    requirements=("RFC5321:4.1.1.1-53", "RFC5321:4.1.1.1-1"),
    apply=apply,
)
