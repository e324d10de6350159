"""EHLO with an address literal is refused, which clients without a name have to send."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.smtp import hello as module


def apply(_server: Server) -> None:
    module.is_address_literal = lambda _text: False


DEFECT = Defect(
    name="smtp_address_literal_refused",
    summary="EHLO takes no address literals",
    requirements=("RFC5321:4.1.1.1-3",),
    apply=apply,
)
