"""QUIT ends the connection without a word."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.smtp.session import Session


def apply(_server: Server) -> None:
    original = Session._say

    def say(self, reply):
        if reply.code != 221:
            original(self, reply)

    Session._say = say


DEFECT = Defect(
    name="smtp_quit_unanswered",
    summary="QUIT is not answered",
    requirements=("RFC5321:4.1.1.10-1", "RFC5321:4.1.1.10-51"),
    apply=apply,
)
