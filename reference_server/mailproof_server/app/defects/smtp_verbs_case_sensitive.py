"""Verbs in small letters are unknown."""

from dataclasses import replace

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.smtp import session as module


def apply(_server: Server) -> None:
    original = module.parse_command

    def parse_command(line):
        found = original(line)
        return found if line.startswith(found.verb) else replace(found, verb=b"UNKNOWN")

    module.parse_command = parse_command


DEFECT = Defect(
    name="smtp_verbs_case_sensitive",
    summary="verbs are compared by letter case",
    requirements=("RFC5321:2.4-1",),
    apply=apply,
)
