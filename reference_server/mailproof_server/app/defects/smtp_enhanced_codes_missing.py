"""ENHANCEDSTATUSCODES is offered, and positive replies have none."""

from dataclasses import replace

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.smtp.session import Session


def apply(_server: Server) -> None:
    original = Session._say

    def say(self, reply):
        original(self, replace(reply, enhanced="") if reply.is_positive else reply)

    Session._say = say


DEFECT = Defect(
    name="smtp_enhanced_codes_missing",
    summary="2xx replies have no enhanced code",
    requirements=("RFC2034:4-51", "RFC5321:4.1.1.9-1"),
    apply=apply,
)
