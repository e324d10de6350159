"""MAIL is taken before the client has signed in."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._smtp import skip_sign_in


def apply(server: Server) -> None:
    skip_sign_in(server)


DEFECT = Defect(
    name="smtp_relay_without_sign_in",
    summary="no sign-in is needed",
    requirements=("RFC6409:4.3-1",),
    apply=apply,
)
