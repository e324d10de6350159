"""The dot that the client added stays in the text."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._smtp import keep_stuffed_dots


def apply(server: Server) -> None:
    keep_stuffed_dots(server)


DEFECT = Defect(
    name="smtp_dot_stuffing_kept",
    summary="leading dots are doubled",
    requirements=("RFC5321:4.5.2-1",),
    apply=apply,
)
