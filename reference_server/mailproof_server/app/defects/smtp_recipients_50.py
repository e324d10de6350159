"""50 recipients are the end, though EHLO tells of more and RFC 5321 asks for 100."""

import dataclasses

import msgspec

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect


def apply(server: Server) -> None:
    fewer = msgspec.structs.replace(server.services.limits, recipients=50)
    server.smtp.services = dataclasses.replace(server.services, limits=fewer)


DEFECT = Defect(
    name="smtp_recipients_50",
    summary="the 51st recipient is refused",
    requirements=("RFC5321:4.5.3.1.8-1", "RFC9422:4.2-1"),
    apply=apply,
)
